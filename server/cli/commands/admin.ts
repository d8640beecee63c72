import type { Command } from 'commander';
import { Email } from '../../../contract/text.js';
import { oneTimePassword } from '../oneTimePassword.js';
import { inSession, UsageError } from '../session.js';

export function addAdmin(program: Command): void {
  const admin = program.command('admin').summary('administrators').description('Administrators of this installation.');
  admin
    .command('create')
    .argument('<email>', 'address to sign in with')
    .option('--name <name>', 'how others see this person (default: the part before the @)')
    .summary('make an administrator')
    .description('Makes an administrator and prints a password for the first sign-in, which then asks for another one.')
    .addHelpText('after', '\nExample:\n  baton admin create ada@example.com --name "Ada Lovelace"')
    .action((given: string, options: { name?: string }, command: Command) =>
      inSession(command, { migrated: true }, async ({ app: { deps }, output }) => {
        const email = Email.safeParse(given);
        if (!email.success) throw new UsageError(`"${given}" is not an email address.`);
        const { createFirstAdmin } = await import('../createAdmin.js');
        const password = oneTimePassword();
        const name = options.name ?? email.data.split('@')[0] ?? email.data;
        await createFirstAdmin(deps, { email: email.data, name, password });
        output.result({ email: email.data, password });
        output.line(`${email.data} may sign in once with this password and then chooses another:\n\n  ${password}\n`);
      }),
    );
}
