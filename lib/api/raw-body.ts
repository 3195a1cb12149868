import { AppError } from '@/lib/contracts/error';

/** Most bytes of a file that is sent to be read; a log of a busy hour has tens of MB. */
export const maxFileBytes = 64 * 1024 * 1024;

/** The text of a file sent as the body of a request, counted while it arrives. @throws AppError bad-input when it is too large */
export async function readFileBody(request: Request): Promise<string> {
  const reader = request.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxFileBytes) {
      await reader.cancel();
      throw new AppError(
        'bad-input',
        `The file is larger than ${maxFileBytes / 1024 / 1024} MB. Cut it down to a shorter time.`,
        { field: 'file' },
      );
    }
    text += decoder.decode(value, { stream: true });
  }
}
