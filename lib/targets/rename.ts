import { TargetOptions } from '@/lib/contracts/target';
import type { Prisma } from '@/prisma/generated/client';

/**
 * Gives a target another name everywhere the store knows it by name: its findings (with their mutes), the alert rules
 * that are for it alone, and the request mixes that read parameters from it.
 */
export async function renameTarget(
  tx: Prisma.TransactionClient,
  target: { id: number; stackId: number; stack: string; name: string },
  name: string,
): Promise<void> {
  await tx.target.update({ where: { id: target.id }, data: { name } });
  await tx.$executeRaw`UPDATE finding SET key = rule || ':' || ${name} || substr(key, length(rule || ':' || ${target.name}) + 1)
    WHERE target_id = ${target.id} AND starts_with(key, rule || ':' || ${target.name} || ':')`;
  const namesakes = await tx.target.count({ where: { name: target.name } });
  await tx.alertRule.updateMany({
    where: {
      target: target.name,
      // A rule for a name in every stack follows only when no other target bears it.
      OR: [{ stack: target.stack }, ...(namesakes === 0 ? [{ stack: null }] : [])],
    },
    data: { target: name },
  });
  const services = await tx.target.findMany({ where: { stackId: target.stackId, kind: 'http' } });
  for (const service of services) {
    const options = TargetOptions.parse(service.options);
    const parameters = Object.values(options.mix?.parameters ?? {});
    const reading = parameters.filter((p) => 'target' in p && p.target === target.name);
    if (reading.length === 0) continue;
    for (const parameter of reading) if ('target' in parameter) parameter.target = name;
    await tx.target.update({ where: { id: service.id }, data: { options } });
  }
}
