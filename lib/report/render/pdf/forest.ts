import type { ReportDocument, ReportTrial } from '@/lib/contracts/report';
import { plain } from '@/lib/prove/verdict/format';
import { colour, type Paper } from './paper';

const rowHeight = 28;
const nameShare = 0.4;
const figureWidth = 110;

/** Each change that was tried, its effect with the 95 % interval against the line of no change; the axis is logarithmic. */
export function drawForest(paper: Paper, report: ReportDocument): void {
  const tried = report.trials.filter(isJudged);
  if (tried.length === 0) return;
  const { doc } = paper;
  const low = Math.min(0.5, ...tried.map((t) => t.verdict.low));
  const high = Math.max(2, ...tried.map((t) => Math.min(t.verdict.high, 1e3)));
  const from = paper.left + paper.width * nameShare;
  const to = paper.left + paper.width - figureWidth;
  const x = (ratio: number) =>
    from +
    ((Math.log(Math.min(Math.max(ratio, low), high)) - Math.log(low)) / (Math.log(high) - Math.log(low))) *
      (to - from);
  paper.room(rowHeight * Math.min(tried.length, 8) + 30);
  paper.style('sans', 8, colour.quiet);
  const top = doc.y;
  doc.text('faster', from, top, { width: x(1) - from - 6, align: 'right', lineBreak: false });
  doc.text('slower', x(1) + 6, top, { lineBreak: false });
  doc.y = top + 14;
  for (const trial of tried) {
    paper.room(rowHeight);
    const { y } = doc;
    const { verdict } = trial;
    const middle = y + rowHeight / 2;
    paper.style('sans', 8).text(trial.title, paper.left, y + 3, {
      width: paper.width * nameShare - 10,
      height: rowHeight - 3,
      ellipsis: true,
    });
    doc
      .moveTo(x(1), y)
      .lineTo(x(1), y + rowHeight)
      .lineWidth(0.75)
      .stroke(colour.before);
    const tone =
      verdict.verdict === 'improved'
        ? colour.after
        : verdict.verdict === 'regressed'
          ? colour.bad
          : colour.before;
    doc.moveTo(x(verdict.low), middle).lineTo(x(verdict.high), middle).lineWidth(2).stroke(tone);
    doc.circle(x(verdict.ratio), middle, 3.5).fill(tone);
    paper.style('sans', 8);
    doc.text(
      `${plain(verdict.ratio, 3)} (${plain(verdict.low, 3)} to ${plain(verdict.high, 3)})`,
      to + 8,
      middle - 9,
      {
        width: figureWidth - 8,
        lineBreak: false,
      },
    );
    paper
      .style('sans', 7.5, colour.quiet)
      .text(
        `${verdict.verdict.replace('-', ' ')}${trial.decision ? `, ${trial.decision.replace('-', ' ')}` : ''}`,
        to + 8,
        middle + 1,
        {
          width: figureWidth - 8,
          lineBreak: false,
        },
      );
    doc.y = y + rowHeight;
  }
  doc.y += 4;
  paper.paragraph(
    'Ratio after ÷ before with its 95 % interval, on a logarithmic axis. The line is no change.',
    {
      size: 8,
      fill: colour.quiet,
      gap: 8,
    },
  );
}

type Judged = ReportTrial & { verdict: NonNullable<ReportTrial['verdict']> };

function isJudged(trial: ReportTrial): trial is Judged {
  return trial.kind !== 'aa' && trial.verdict !== null;
}
