import fs from 'node:fs/promises';
import { Command, Option } from 'commander';
import { AppError } from '@/lib/contracts/error';
import { ReportDocument, type ReportFormat, reportFormats } from '@/lib/contracts/report';
import { renderReport } from '@/lib/report/render';
import { reportDocument } from '@/lib/views/reports';
import { exit, type Run } from './exit';
import { print } from './output';
import { readJson } from './read-json';
import { newReportCommand } from './report-new';
import { withStore } from './store';

/** `ratchet report ID|FILE --format pdf|html|md|csv|json`, `ratchet report new --stack NAME …` */
export function reportCommand(done: Run): Command {
  return new Command('report')
    .description('show a report of this installation, or of a file, in another form')
    .argument('<id or file>', 'number of a report, or a report as JSON')
    .addOption(new Option('--format <format>', 'form').choices([...reportFormats]).default('md'))
    .option('--out <file>', 'write to a file instead of standard output')
    .action(async (what: string, options: { format: ReportFormat; out?: string }) => {
      const { body } = await renderReport(await find(what), options.format);
      if (options.out) await fs.writeFile(options.out, body);
      else if (typeof body === 'string') print(body);
      else process.stdout.write(body);
      done(exit.fine);
    })
    .addCommand(newReportCommand(done));
}

async function find(what: string): Promise<ReportDocument> {
  if (/^\d+$/.test(what)) return withStore((store) => reportDocument(store, Number(what)));
  const parsed = ReportDocument.safeParse(await readJson(what));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('bad-input', `${what}: not a report: ${issue?.path.join('.')}: ${issue?.message}`);
}
