import { count, durationText, figureText } from '@/lib/client/format';
import type { LoadGrade } from '@/lib/contracts/load-analysis';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';

const scale = 'A+ 99.9% · A 99% · B 97% · C 93% · D 85%';
const errorScale = 'A+ 0.01% · A 0.1% · B 0.5% · C 1% · D 5%';

/** The grade, and how it came about. */
export function GradeCard({ grade }: { grade: LoadGrade }) {
  return (
    <Card title="Grade" note="the worse of two letters">
      {grade.letter === null ? (
        <p className="text-sm text-ink2">No grade: {grade.why}.</p>
      ) : (
        <div className="flex flex-wrap items-start gap-5">
          <p className="text-5xl font-semibold tracking-tight">
            <span className="sr-only">Grade </span>
            {grade.letter}
          </p>
          <div className="min-w-0 flex-1 basis-64">
            <Facts
              items={[
                {
                  label: `answered within ${durationText(grade.objectiveMs)}, without error`,
                  value: (
                    <>
                      {figureText(grade.attainment, 'ratio')} → <strong>{grade.byAttainment}</strong>
                      <span className="block text-2xs text-ink3">{scale}, below it F</span>
                    </>
                  ),
                },
                {
                  label: 'errors',
                  value: (
                    <>
                      {figureText(grade.errorRate, 'ratio')} → <strong>{grade.byErrors}</strong>
                      <span className="block text-2xs text-ink3">at most {errorScale}, above it F</span>
                    </>
                  ),
                },
                {
                  label: 'graded on',
                  value: `${count(grade.requests)} requests of ${grade.part}${grade.corrected ? ', corrected for coordinated omission' : ''}`,
                },
              ]}
            />
          </div>
        </div>
      )}
    </Card>
  );
}
