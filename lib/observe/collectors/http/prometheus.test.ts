import { describe, expect, it } from 'vitest';
import { parsePrometheus } from './prometheus';

const one = (line: string) => parsePrometheus(line).samples[0];

describe('parsePrometheus', () => {
  it('reads types, labels, timestamps and the values that are no plain numbers', () => {
    const page = parsePrometheus(
      [
        '# HELP http_requests_total The total, with a } and a "quote".',
        '# TYPE http_requests_total counter',
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        'http_requests_total{method="post",code="400",} 3',
        '',
        '   # a comment',
        'metric_without_labels 12.47',
        'something_weird{problem="division by zero"} +Inf -3982045',
        'neg -Inf',
        'not_a_number NaN',
        'sci 1.5e-06\r',
        'spaced { a = "b" , c="d" } 7',
      ].join('\n'),
    );
    expect(page.types).toEqual(new Map([['http_requests_total', 'counter']]));
    expect(page.samples).toEqual([
      { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
      { name: 'http_requests_total', labels: { method: 'post', code: '400' }, value: 3 },
      { name: 'metric_without_labels', labels: {}, value: 12.47 },
      { name: 'something_weird', labels: { problem: 'division by zero' }, value: Number.POSITIVE_INFINITY },
      { name: 'neg', labels: {}, value: Number.NEGATIVE_INFINITY },
      { name: 'not_a_number', labels: {}, value: Number.NaN },
      { name: 'sci', labels: {}, value: 0.0000015 },
      { name: 'spaced', labels: { a: 'b', c: 'd' }, value: 7 },
    ]);
  });

  it('reads escapes: backslash, quote, line feed, and braces and commas inside a value', () => {
    expect(one(String.raw`m{path="C:\\DIR\\",error="a \"b\"\nc",raw="x{y},z=\d"} 1`)?.labels).toEqual({
      path: 'C:\\DIR\\',
      error: 'a "b"\nc',
      raw: 'x{y},z=\\d',
    });
  });

  it('leaves exemplars and OpenMetrics endings aside', () => {
    expect(one('foo_bucket{le="0.1"} 8 # {trace_id="KOO5S4"} 0.067 1520879607.7')).toEqual({
      name: 'foo_bucket',
      labels: { le: '0.1' },
      value: 8,
    });
    expect(parsePrometheus('a 1\n# EOF\n').samples).toHaveLength(1);
  });

  it('reads names in quotes', () => {
    expect(one('{"http.server.duration",a="b"} 1')).toEqual({
      name: 'http.server.duration',
      labels: { a: 'b' },
      value: 1,
    });
    expect(one('m{"label.dot"="b"} 1')).toEqual({ name: 'm', labels: { 'label.dot': 'b' }, value: 1 });
  });

  it.each([
    '<!doctype html>',
    '{"status":"ok"}',
    'm{a="b} 1',
    'm{a=b} 1',
    'm',
    'm one',
    'm{a="b"c="d"} 1',
    '1m 2',
  ])('refuses %s', (line) => {
    expect(() => parsePrometheus(`ok 1\n${line}`)).toThrow(/Line 2 is not in Prometheus text format/);
  });
});
