import type { Metadata } from 'next';
import { PlainPage } from '@/components/shell/plain-page';
import { Code } from '@/components/ui/code';

export const metadata: Metadata = { title: 'Sign in' };

export default function SignIn() {
  return (
    <PlainPage title="Sign in with a link">
      <div className="grid gap-4 text-ink2">
        <p>
          There are no passwords here. The first start prints a link that signs in once. For another one, run
          this where Ratchet runs:
        </p>
        <Code>bin/ratchet sign-in</Code>
        <p>An admin can also make a link for you, under Settings, Users.</p>
      </div>
    </PlainPage>
  );
}
