import { Card } from '../ui/card';

const dashboards = [
  { file: 'ratchet-overview.json', name: 'Overview' },
  { file: 'ratchet-postgres.json', name: 'PostgreSQL' },
  { file: 'ratchet-redis.json', name: 'Redis' },
  { file: 'ratchet-containers.json', name: 'Containers' },
  { file: 'ratchet-services.json', name: 'Services' },
];

/** What other programs read of Ratchet: its contract, its metrics, dashboards made for them. */
export function Integrations() {
  return (
    <Card title="Integrations" note="with the token of a viewer">
      <ul className="grid gap-2 text-sm">
        <li>
          <a className="link" href="/api/v1/openapi.json">
            /api/v1/openapi.json
          </a>{' '}
          <span className="text-ink2">describes every call of the API.</span>
        </li>
        <li>
          <a className="link" href="/metrics">
            /metrics
          </a>{' '}
          <span className="text-ink2">
            gives Ratchet’s own health and all current values in Prometheus format.
          </span>
        </li>
        <li>
          <span className="text-ink2">Grafana dashboards on these metrics, to import as they are: </span>
          {dashboards.map(({ file, name }, i) => (
            <span key={file}>
              {i > 0 && ', '}
              <a className="link" href={`/grafana/${file}`} download>
                {name}
              </a>
            </span>
          ))}
        </li>
      </ul>
    </Card>
  );
}
