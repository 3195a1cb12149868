'use client';
import { useUrlState } from '@/lib/client/use-url-state';
import { useMay, useMe } from '../shell/me';
import { ThemeChoice } from '../shell/theme-choice';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { Audit } from './audit';
import { Integrations } from './integrations';
import { Tokens } from './tokens';
import { Users } from './users';

const roleText = {
  viewer: 'viewer: reads everything, changes nothing',
  operator: 'operator: runs trials and passes, applies and rolls back changes',
  admin: 'admin: everything, with targets, users and tokens',
} as const;

export function SettingsPage() {
  const me = useMe();
  const admin = useMay('admin');
  const [tab, setTab] = useUrlState('tab', 'you');
  const tabs = [
    { value: 'you', label: 'You' },
    { value: 'tokens', label: 'API tokens' },
    ...(admin ? [{ value: 'users', label: 'Users' }] : []),
    { value: 'audit', label: 'Audit' },
  ];
  const at = tabs.some((t) => t.value === tab) ? tab : 'you';
  return (
    <>
      <PageHead title="Settings" />
      <div className="mb-3">
        <Segmented label="Section" options={tabs} value={at} onChange={setTab} />
      </div>
      {at === 'you' && (
        <Card title="You">
          <Facts
            items={[
              { label: 'Signed in as', value: me.name },
              { label: 'Role', value: roleText[me.role] },
              { label: 'Theme', value: <ThemeChoice /> },
            ]}
          />
        </Card>
      )}
      {at === 'tokens' && (
        <div className="grid gap-3">
          <Tokens />
          <Integrations />
        </div>
      )}
      {at === 'users' && <Users />}
      {at === 'audit' && <Audit />}
    </>
  );
}
