import { finding } from '../../finding';
import type { Rule } from '../../types';
import { configMissing } from './config-missing';
import type { RedisContext } from './types';

const id = 'redis/no-password';

/** Anyone who reaches the port may do anything. */
export const noPassword: Rule<RedisContext> = {
  meta: {
    id,
    title: 'No password',
    kind: 'redis',
    needs: ['CONFIG GET', 'ACL GETUSER, where Ratchet itself signs in'],
    thresholds: [{ name: 'addresses beyond loopback', value: 0, unit: '', source: 'RedisInsight' }],
  },
  check(context) {
    const { target, snapshot } = context;
    const { config, passwordless } = snapshot;
    if (config?.bind === undefined) return { findings: [], cannotCheck: [configMissing(id, context)] };
    if (passwordless === null)
      return {
        findings: [],
        cannotCheck: [
          {
            id,
            target,
            reason: 'Whether the default user needs a password may not be read.',
            enable: 'ACL SETUSER <user> +acl|getuser',
          },
        ],
      };
    const reachable = config.bind === '' ? ['all'] : config.bind.split(/\s+/).filter((a) => !isLoopback(a));
    if (!passwordless || reachable.length === 0) return { findings: [] };
    // Then only connections from loopback are served. https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    const shielded = config['protected-mode'] === 'yes';
    return {
      findings: [
        finding({
          id,
          severity: shielded ? 'low' : 'critical',
          target,
          subject: 'default user',
          title: shielded
            ? 'Redis has no password; only its protected mode turns other machines away'
            : 'Redis has no password and listens beyond this machine',
          detail:
            'Whoever reaches the port can read, change and delete everything and, through the settings, write files. Set a password (ACL SETUSER default >…, then the clients), or bind to loopback.',
          evidence: [
            { label: 'bind', value: reachable.join(' '), unit: '' },
            { label: 'protected-mode', value: config['protected-mode'] ?? 'unknown', unit: '' },
          ],
          weight: shielded ? 0 : 1,
        }),
      ],
    };
  },
};

/** A leading `-` tells the server not to mind where the address is missing. */
function isLoopback(address: string): boolean {
  return /^-?(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(address);
}
