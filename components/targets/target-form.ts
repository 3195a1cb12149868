import type { EditTargetInput } from '@/lib/contracts/api';
import {
  Connection,
  type ConnectionPatch,
  type TargetDetail,
  type TargetKind,
  type TargetOptions,
} from '@/lib/contracts/target';

export interface Form {
  kind: TargetKind;
  stack: string;
  name: string;
  /** URL, socket or base URL, by kind. */
  address: string;
  operatorUrl: string;
  /** When edited: what is stored goes. */
  removeOperatorUrl: boolean;
  allowWriteProbes: boolean;
  /** Its container may be restarted; null for a server that Ratchet runs itself. */
  restartContainer: boolean | null;
  metricsPath: string;
  probePath: string;
  knobsToken: string;
  removeKnobsToken: boolean;
  /** Over https: which certificate is accepted. */
  certificate: TargetDetail['kept']['certificate'];
  /** Of the authority, PEM; blank when edited: the stored one stays. */
  authority: string;
  containerPrefix: string;
}

export const emptyForm: Form = {
  kind: 'postgres',
  stack: '',
  name: '',
  address: '',
  operatorUrl: '',
  removeOperatorUrl: false,
  allowWriteProbes: false,
  restartContainer: false,
  metricsPath: '',
  probePath: '',
  knobsToken: '',
  removeKnobsToken: false,
  certificate: 'system',
  authority: '',
  containerPrefix: '',
};

export const isHttps = (address: string): boolean => /^https:/i.test(address.trim());

const trustOf = ({ certificate, authority }: Form) =>
  certificate === 'authority' ? { certificate, pem: authority.trim() } : { certificate };

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
              ...(form.certificate === 'system' || !isHttps(address) ? {} : { tls: trustOf(form) }),
            },
  );
  return parsed.success ? parsed.data : null;
}

/** The options that belong to the kind; what was left empty is left out. */
export function optionsOf(form: Form): TargetOptions {
  const text = (key: 'metricsPath' | 'probePath' | 'containerPrefix') =>
    form[key].trim() === '' ? {} : { [key]: form[key].trim() };
  if (form.kind === 'postgres')
    return {
      ...(form.allowWriteProbes ? { allowWriteProbes: true } : {}),
      ...(form.restartContainer ? { restartedBy: 'container' } : {}),
    };
  if (form.kind === 'http') return { ...text('metricsPath'), ...text('probePath') };
  if (form.kind === 'docker') return text('containerPrefix');
  return {};
}

/** The form of a stored target: what is secret is blank. */
export function formOf(target: TargetDetail): Form {
  const { kind, stack, name, options } = target;
  return {
    ...emptyForm,
    kind,
    stack,
    name,
    allowWriteProbes: options.allowWriteProbes ?? false,
    restartContainer: options.restartedBy === 'ratchet' ? null : options.restartedBy === 'container',
    metricsPath: options.metricsPath ?? '',
    probePath: options.probePath ?? '',
    certificate: target.kept.certificate,
    containerPrefix: options.containerPrefix ?? '',
  };
}

/** What an edited form changes of its target. Options that the form does not show stay as they are. */
export function editOf(form: Form, target: TargetDetail): EditTargetInput {
  const name = form.name.trim();
  const { allowWriteProbes, metricsPath, probePath, containerPrefix, restartedBy, ...hidden } =
    target.options;
  // Who runs a server of Ratchet's own is not the form's to change.
  const own = restartedBy === 'ratchet' ? { restartedBy } : {};
  const connection = patchOf(form, target.kept.certificate);
  return {
    ...(name === target.name ? {} : { name }),
    ...(connection ? { connection } : {}),
    options: { ...hidden, ...optionsOf(form), ...own },
  };
}

function patchOf(form: Form, before: Form['certificate']): ConnectionPatch | null {
  const address = form.address.trim();
  const secret = <K extends string>(key: K, text: string, remove: boolean) =>
    remove ? { [key]: null } : text.trim() === '' ? {} : { [key]: text.trim() };
  const parts =
    form.kind === 'postgres'
      ? {
          ...(address === '' ? {} : { url: address }),
          ...secret('operatorUrl', form.operatorUrl, form.removeOperatorUrl),
        }
      : form.kind === 'http'
        ? {
            ...(address === '' ? {} : { baseUrl: address }),
            ...secret('knobsToken', form.knobsToken, form.removeKnobsToken),
            ...trustPatch(form, before),
          }
        : address === ''
          ? {}
          : form.kind === 'redis'
            ? { url: address }
            : { socket: address };
  return Object.keys(parts).length === 0 ? null : { kind: form.kind, ...parts };
}

/** Nothing where it stays as it is stored. */
function trustPatch(form: Form, before: Form['certificate']): Pick<HttpPatch, 'tls'> {
  const typed = form.certificate === 'authority' && form.authority.trim() !== '';
  if (form.certificate === before && !typed) return {};
  if (form.certificate === 'system') return { tls: null };
  return form.certificate === 'unchecked'
    ? { tls: { certificate: 'unchecked' } }
    : { tls: { certificate: 'authority', pem: form.authority.trim() } };
}

type HttpPatch = Extract<ConnectionPatch, { kind: 'http' }>;
