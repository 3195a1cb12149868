import type { Capabilities } from '@/lib/contracts/target';
import { addressOf } from '../address';
import { within } from '../within';
import { connectDocker, type DockerConnection } from './connect';
import { dockerError } from './errors';

/**
 * What Ratchet can see of this Docker engine. Reads only.
 * @throws AppError unreachable | timeout | privilege-missing | bad-input
 */
export async function testDocker(connection: DockerConnection): Promise<Capabilities> {
  const docker = connectDocker(connection);
  const address = addressOf(connection);
  try {
    return await within(8_000, `The Docker engine at ${address}`, async () => {
      const [version, info] = await Promise.all([docker.version(), docker.info()]);
      const limits = info.MemoryLimit === true;
      const swap = info.SwapLimit === true;
      return {
        version: `Docker ${version.Version}`,
        checks: [
          {
            name: 'API',
            ok: true,
            detail: `version ${version.ApiVersion}, cgroup v${info.CgroupVersion ?? '1'}`,
          },
          { name: 'containers', ok: true, detail: `${info.ContainersRunning} of ${info.Containers} running` },
          {
            name: 'memory limits',
            ok: limits,
            detail: limits ? 'supported by the kernel' : 'not supported by the kernel',
            ...(limits ? {} : { enable: 'Boot with cgroup_enable=memory.' }),
          },
          {
            name: 'swap limits',
            ok: swap,
            detail: swap ? 'supported by the kernel' : 'not supported by the kernel',
            ...(swap ? {} : { enable: 'Boot with swapaccount=1.' }),
          },
        ],
      };
    });
  } catch (error) {
    throw dockerError(error, address);
  }
}
