import { UserError } from '../../domain/errors.ts';

/** Throws `UserError` where nobody can press a key. */
export function requireKeyboard(): void {
	if (process.stdin.isTTY) return;
	throw new UserError('the screen needs a keyboard, but standard input is not a terminal', {
		nextSteps: ['use --once for one snapshot', 'over ssh, request a terminal: ssh -t'],
	});
}
