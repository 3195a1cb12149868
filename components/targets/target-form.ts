import { Connection, type TargetKind, type TargetOptions } from '@/lib/contracts/target';

export interface Form {
  kind: TargetKind;
  stack: string;
  name: string;
  /** URL, socket or base URL, by kind. */
  address: string;
  operatorUrl: string;
  allowWriteProbes: boolean;
  metricsPath: string;
  probePath: string;
  knobsToken: string;
  containerPrefix: string;
}

export const emptyForm: Form = {
  kind: 'postgres',
  stack: '',
  name: '',
  address: '',
  operatorUrl: '',
  allowWriteProbes: false,
  metricsPath: '',
  probePath: '',
  knobsToken: '',
  containerPrefix: '',
};

/** The connection that was typed, or null while it is not one. */
export function connectionOf(form: Form): Connection | null {
  const address = form.address.trim();
  if (address === '') return null;
  const parsed = Connection.safeParse(
    form.kind === 'postgres'
      ? {
          kind: 'postgres',
          url: address,
          ...(form.operatorUrl.trim() === '' ? {} : { operatorUrl: form.operatorUrl.trim() }),
        }
      : form.kind === 'redis'
        ? { kind: 'redis', url: address }
        : form.kind === 'docker'
          ? { kind: 'docker', socket: address }
          : {
              kind: 'http',
              baseUrl: address,
              ...(form.knobsToken.trim() === '' ? {} : { knobsToken: form.knobsToken.trim() }),
            },
  );
  return parsed.success ? parsed.data : null;
}

/** The options that belong to the kind; what was left empty is left out. */
export function optionsOf(form: Form): TargetOptions {
  const text = (key: 'metricsPath' | 'probePath' | 'containerPrefix') =>
    form[key].trim() === '' ? {} : { [key]: form[key].trim() };
  if (form.kind === 'postgres') return form.allowWriteProbes ? { allowWriteProbes: true } : {};
  if (form.kind === 'http') return { ...text('metricsPath'), ...text('probePath') };
  if (form.kind === 'docker') return text('containerPrefix');
  return {};
}
