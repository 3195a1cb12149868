import { z } from 'zod';
import { Role } from './auth';
import { Connection, ConnectionPatch, TargetOptions } from './target';
import { TrialSettings } from './trial';

/** Path and query shapes that several routes share. */
export const IdPath = z.object({ id: z.coerce.number().int().positive() });
export const StackQuery = z.object({ stack: z.string().optional() });

export const ProveInput = z.object({ settings: TrialSettings.partial().optional() });
export const MuteInput = z.object({ why: z.string().min(1).max(500), until: z.iso.datetime().optional() });
const TargetName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[\w .-]+$/, 'use letters, digits, spaces, dots, dashes');
export const AddTargetInput = z.object({
  stack: z.string().min(1).max(60),
  name: TargetName,
  connection: Connection,
  options: TargetOptions.default({}),
});
export const ApplyInput = z.object({
  /** Redis: the server also writes its configuration file (CONFIG REWRITE). */
  writeConfigFile: z.boolean().default(false),
  /** That the restart of the server is meant, where the change needs one. */
  restart: z.boolean().optional(),
});
export const RollbackInput = ApplyInput.pick({ restart: true });
/** What is to be changed of a target; the rest stays as it is. Options are replaced as a whole. */
export const EditTargetInput = z.object({
  name: TargetName.optional(),
  connection: ConnectionPatch.optional(),
  options: TargetOptions.optional(),
});
export type EditTargetInput = z.infer<typeof EditTargetInput>;
export const TestTargetInput = z.object({ connection: Connection, options: TargetOptions.optional() });
export const PauseInput = z.object({ paused: z.boolean() });
export const StartPassInput = z.object({
  stack: z.string().min(1),
  settings: TrialSettings.partial().optional(),
  maxChanges: z.number().int().min(0).max(100).optional(),
});
export const CreateUserInput = z.object({
  name: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u, 'use letters, digits and . _ @ + -'),
  role: Role,
});
export const CreateTokenInput = z.object({ name: z.string().min(1).max(60), role: Role });
export const SignInInput = z.object({ token: z.string().min(1).max(200) });

export const Me = z.object({ name: z.string(), role: Role, via: z.string() });
export type Me = z.infer<typeof Me>;

export const AuditView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  outcome: z.string(),
  statements: z.array(z.string()),
  detail: z.string().nullable(),
});
export type AuditView = z.infer<typeof AuditView>;

export const UserView = z.object({
  id: z.number().int(),
  name: z.string(),
  role: Role,
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type UserView = z.infer<typeof UserView>;

export const TokenView = z.object({
  id: z.number().int(),
  name: z.string(),
  /** Whose it is. */
  user: z.string(),
  role: Role,
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type TokenView = z.infer<typeof TokenView>;
