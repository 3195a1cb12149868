import type { GradeLetter } from '@/lib/contracts/load-analysis';
import { Tag } from '../ui/tag';
import { gradeTone } from './load-words';

export const GradeTag = ({ letter }: { letter: GradeLetter | null }) =>
  letter === null ? (
    <span className="text-xs text-ink3">no grade</span>
  ) : (
    <Tag tone={gradeTone[letter]}>
      <span className="px-0.5 text-sm font-semibold">{letter}</span>
    </Tag>
  );
