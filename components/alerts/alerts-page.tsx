'use client';
import { useUrlState } from '@/lib/client/use-url-state';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { AlertHistory } from './alert-history';
import { AlertList } from './alert-list';
import { Notifiers } from './notifiers';
import { RuleList } from './rule-list';

const tabs = [
  { value: 'now', label: 'Now' },
  { value: 'history', label: 'History' },
  { value: 'rules', label: 'Rules' },
  { value: 'notifiers', label: 'Notifiers' },
] as const;

export function AlertsPage() {
  const [tab, setTab] = useUrlState('tab', 'now');
  const at = tabs.find((t) => t.value === tab)?.value ?? 'now';
  return (
    <>
      <PageHead title="Alerts" sub="Rules on what is measured, judged every ten seconds." />
      <div className="mb-3">
        <Segmented label="Section" options={tabs} value={at} onChange={setTab} />
      </div>
      {at === 'now' && <AlertList />}
      {at === 'history' && <AlertHistory />}
      {at === 'rules' && <RuleList />}
      {at === 'notifiers' && <Notifiers />}
    </>
  );
}
