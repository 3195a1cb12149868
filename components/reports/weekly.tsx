'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dateText, plural } from '@/lib/client/format';
import { notifiersQuery } from '@/lib/client/queries/alerts';
import { saveSchedule, scheduleQuery, sendReport } from '@/lib/client/queries/report-schedule';
import { type ScheduleView, weekdays } from '@/lib/contracts/report-schedule';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Field, Select } from '../ui/field';
import { Loaded, Loading } from '../ui/states';

/** The report that is written every week by itself: when, to whom, and how the last one went. */
export function Weekly({ stack }: { stack: string }) {
  const query = useQuery(scheduleQuery(stack));
  const may = useMay('operator');
  return (
    <Card title="Weekly report" note="what the week brought, frozen and sent">
      <Loaded query={query} loading={<Loading rows={2} />}>
        {(schedule) => (
          <div className="grid gap-3 text-sm">
            <Last schedule={schedule} />
            {may && <Form key={stack} schedule={schedule} />}
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Last({ schedule }: { schedule: ScheduleView }) {
  const { enabled, nextAt, requestedAt, last, error } = schedule;
  return (
    <div className="grid gap-1 text-ink2" role="status">
      <p>
        {enabled && nextAt !== null ? `On: the next one is due ${dateText(nextAt)}.` : 'Off.'}{' '}
        {requestedAt !== null && 'One is being written; it waits while the stack is measured. '}
        {last === null ? (
          'None was written yet.'
        ) : (
          <>
            Last written {dateText(last.at)}
            {last.reportId !== null && (
              <>
                {': '}
                <StackLink href={`/reports/${last.reportId}`} className="link">
                  report {last.reportId}
                </StackLink>
              </>
            )}
            , {last.notifiers === 0 ? 'sent to nobody' : `handed to ${plural(last.notifiers, 'notifier')}`}.
          </>
        )}
      </p>
      {error !== null && (
        <p role="alert" className="break-words text-bad-ink">
          The newest attempt failed and is made again in ten minutes: {error}
        </p>
      )}
    </div>
  );
}

function Form({ schedule }: { schedule: ScheduleView }) {
  const client = useQueryClient();
  const notifiers = useQuery(notifiersQuery());
  const [enabled, setEnabled] = useState(schedule.enabled);
  const [weekday, setWeekday] = useState(schedule.weekday);
  const [hour, setHour] = useState(schedule.hour);
  const [to, setTo] = useState(schedule.notifierIds);
  const renew = () => client.invalidateQueries({ queryKey: ['report-schedule'] });
  const save = useMutation({ mutationFn: saveSchedule, onSuccess: renew });
  const send = useMutation({ mutationFn: sendReport, onSuccess: renew });
  const { stack } = schedule;
  const error = save.error ?? send.error;
  const known = new Set(notifiers.data?.map((n) => n.id));
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const notifierIds = to.filter((id) => known.has(id));
        save.mutate({ stack, enabled, weekday, hour, notifierIds });
      }}
    >
      <label className="flex w-fit items-center gap-2 font-medium">
        <input type="checkbox" checked={enabled} onChange={(e) => setEnabled(e.target.checked)} /> Write one
        every week
      </label>
      <div className="flex flex-wrap gap-3">
        <Field label="Day">
          {(p) => (
            <Select {...p} value={weekday} onChange={(e) => setWeekday(Number(e.target.value))}>
              {weekdays.map((name, i) => (
                <option key={name} value={i + 1}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Hour, UTC">
          {(p) => (
            <Select {...p} value={hour} onChange={(e) => setHour(Number(e.target.value))}>
              {Array.from({ length: 24 }, (_, h) => (
                <option key={h} value={h}>
                  {String(h).padStart(2, '0')}:00
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <fieldset className="grid gap-1">
        <legend className="mb-1 font-medium">Sent to</legend>
        {notifiers.data?.length === 0 && (
          <p className="text-ink2">
            Nobody yet: an admin adds a webhook, a chat or a mailbox under{' '}
            <StackLink href="/alerts?tab=notifiers" className="link">
              Alerts, Notifiers
            </StackLink>
            . The report is written all the same.
          </p>
        )}
        {notifiers.data?.map((n) => (
          <label key={n.id} className="flex w-fit items-center gap-2">
            <input
              type="checkbox"
              checked={to.includes(n.id)}
              onChange={(e) => setTo(e.target.checked ? [...to, n.id] : to.filter((id) => id !== n.id))}
            />
            {n.name} <span className="text-xs text-ink3">{n.address}</span>
          </label>
        ))}
      </fieldset>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" busy={save.isPending}>
          Save
        </Button>
        <Button
          busy={send.isPending}
          disabled={schedule.requestedAt !== null}
          onClick={() => send.mutate({ stack })}
        >
          Send one now
        </Button>
      </div>
      {error && (
        <p role="alert" className="text-bad-ink">
          {error.message}
        </p>
      )}
    </form>
  );
}
