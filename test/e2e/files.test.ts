import { expect, it } from 'vitest';
import { describeBoard, emptyBoard } from './describeBoard.js';
import type { Person } from '../support/world.js';

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describeBoard('files of a ticket', emptyBoard, (site) => {
  const newTicket = async (title: string) =>
    (await site.clientOf(site.world.ann)).tickets.create({ projectId: site.world.project.id, title });
  const openAt = async (person: Person, key: string, title: string) => {
    const window = await site.open(person, `#/${site.world.project.key}/${key}`);
    await window.panel.getByRole('heading', { name: title, level: 2 }).waitFor();
    return window;
  };

  it('are attached, seen by others at once, fetched, and removed', async () => {
    const { key } = await newTicket('With files');
    const [ann, bob] = [
      await openAt(site.world.ann, key, 'With files'),
      await openAt(site.world.bob, key, 'With files'),
    ];
    const theirs = bob.panel.getByRole('list', { name: 'Files' });

    await ann.panel.getByLabel('Attach files').setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('what was said') },
      { name: 'screen.png', mimeType: 'image/png', buffer: PICTURE },
    ]);
    await theirs.getByText('notes.txt').waitFor();
    await theirs.getByText('13 bytes · Ann Agent').waitFor();
    await expect.poll(() => theirs.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
    await bob.comments.getByText('Ann Agent attached screen.png').waitFor();
    await bob.screenshot('files');
    const coming = bob.page.waitForEvent('download');
    await theirs.getByRole('button', { name: 'notes.txt' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await coming).createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('what was said');
    expect(await theirs.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
    await ann.panel.getByRole('button', { name: `Remove notes.txt from ${key}` }).click();
    await ann.panel.getByRole('button', { name: 'Remove', exact: true }).click();

    await expect.poll(() => theirs.getByText('notes.txt').count()).toBe(0);
    await expect.poll(() => bob.comments.getByText('attached notes.txt').count()).toBe(0);
  });

  it('are dropped on the ticket, and pasted', async () => {
    const { key } = await newTicket('Dropped on');
    const ann = await openAt(site.world.ann, key, 'Dropped on');
    const hand = (kind: 'drop' | 'paste', name: string) =>
      ann.panel.locator('.panel-body').evaluate(
        (body, [event, filename]) => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], filename!, { type: 'image/png' }));
          const options = { bubbles: true, cancelable: true };
          body.dispatchEvent(
            event === 'drop'
              ? new DragEvent('drop', { ...options, dataTransfer: data })
              : new ClipboardEvent('paste', { ...options, clipboardData: data }),
          );
        },
        [kind, name],
      );
    const files = ann.panel.getByRole('list', { name: 'Files' });

    await hand('drop', 'dropped.png');
    await files.getByText('dropped.png').waitFor();
    await hand('paste', 'image.png');

    await files.getByText(/^Pasted \d{4}-/).waitFor();
  });

  it('are refused in plain words, and sent again after a cut', async () => {
    const { key } = await newTicket('Refused files');
    const ann = await openAt(site.world.ann, key, 'Refused files');
    const sending = ann.panel.getByRole('list', { name: 'Being sent' });
    const attach = (name: string, size: number) =>
      ann.panel
        .getByLabel('Attach files')
        .setInputFiles([{ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(size, 1) }]);

    await attach('empty.bin', 0);
    await sending.getByText('empty.bin is empty.').waitFor();
    await ann.panel.locator('.panel-body').evaluate((body) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(25 * 1024 * 1024 + 1)], 'huge.bin'));
      body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
    });
    await sending.getByText('huge.bin is too large: a file may have 25 MiB at most.').waitFor();
    await ann.panel.getByRole('button', { name: 'Forget huge.bin' }).click();
    await ann.page.route('**/attachments/**', (route) => route.abort());
    await attach('cut.bin', 10);
    await sending.getByText('cut.bin could not be sent. Check the connection and try again.').waitFor();
    await ann.screenshot('files refused');
    await ann.page.unroute('**/attachments/**');
    await ann.panel.getByRole('button', { name: 'Send cut.bin again' }).click();

    await ann.panel.getByRole('list', { name: 'Files' }).getByText('cut.bin').waitFor();
  });
});
