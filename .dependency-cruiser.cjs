// The import directions of the house, as docs/ draws them. Tests and tooling are free.
const stages = [
  'observe',
  'diagnose',
  'optimize',
  'load',
  'prove',
  'configure',
  'recommend',
  'report',
  'alert',
];
const ground = '^lib/(targets|auth|store|services)/|^lib/jobs/[^/]+$';
const above = `^(app|components|bin|e2e)/|^lib/(api|views|client)/`;
const stagePath = (names) => `^lib/(${names.join('|')})/`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const notTests = { pathNot: '\\.test\\.tsx?$|(^|/)testing/' };

module.exports = {
  forbidden: [
    rule(
      'contracts-and-stats-stand-alone',
      'contracts and stats import nothing of ours but themselves',
      { path: '^lib/(contracts|stats)/', ...notTests },
      { path: '^(app|components|bin|demo|prisma|lib)/', pathNot: '^lib/$1/' },
    ),
    rule(
      'time-stands-alone',
      'waiting and repeating know nothing of ours',
      { path: '^lib/time/', ...notTests },
      { path: '^(app|components|bin|demo|prisma|lib)/', pathNot: '^lib/time/' },
    ),
    rule(
      'config-needs-contracts-only',
      'the settings of the process are read before anything else',
      { path: '^lib/config/', ...notTests },
      { path: '^(app|components|bin|demo|prisma|lib)/', pathNot: '^lib/(config|contracts)/' },
    ),
    rule(
      'ground-knows-no-stage',
      'targets, jobs (queue part), auth, store and services are below the stages',
      { path: ground, ...notTests },
      { path: `${stagePath(stages)}|^lib/jobs/handlers/` },
    ),
    ...stages
      .slice(0, -1)
      .map((stage, i) =>
        rule(
          `${stage}-before-${stages[i + 1]}`,
          'a stage imports no later stage',
          { path: `^lib/${stage}/`, ...notTests },
          { path: stagePath(stages.slice(i + 1)) },
        ),
      ),
    rule(
      'stages-know-no-handlers',
      'job handlers are above the stages',
      { path: stagePath(stages), ...notTests },
      { path: '^lib/jobs/handlers/' },
    ),
    rule(
      'lib-knows-no-page',
      'nothing below imports pages, components, programs, or the layers that serve them',
      { path: '^lib/', pathNot: `^lib/(api|views|client)/|\\.test\\.tsx?$|(^|/)testing/` },
      { path: above },
    ),
    rule(
      'components-reach-the-server-through-client',
      'components import components, lib/client and lib/contracts',
      { path: '^components/', ...notTests },
      { path: '^(app|bin|demo|prisma|lib)/', pathNot: '^lib/(client|contracts)/' },
    ),
    rule(
      'client-is-safe-for-the-browser',
      'lib/client imports contracts only',
      { path: '^lib/client/', ...notTests },
      { path: '^(app|components|bin|demo|prisma|lib)/', pathNot: '^lib/(client|contracts)/' },
    ),
    rule('no-circle', 'modules that import each other cannot be read one at a time', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|\\.next|\\.ratchet)/|^prisma/generated/' },
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};
