import { loadAlertRoutes } from '../../app/configuration.ts';
import { testChannel } from '../../alerts/delivery/test-message.ts';
import { missedText } from '../../alerts/delivery/retry.ts';
import type { Outcome } from '../../alerts/delivery/retry.ts';
import { didYouMean } from '../../config/nearest.ts';
import type { Channel } from '../../domain/channel.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { bookFlags } from './alert-book.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';

/**
 * `nodetop alerts test [CHANNEL]`: sends a message flagged TEST to one channel, or to all of the
 * profile, by the way that real ones take, and says what came of each. Changes no state. Gives exit code
 * 0 when all were delivered to every recipient, else 69. Throws `UserError` when there is no such channel.
 */
export async function testAlertChannels(context: CommandContext): Promise<number> {
	const { flags, input: names } = await parseFlags(context.argv, bookFlags);
	const warn = warnOn(context);
	const { profile, channels } = await loadAlertRoutes({ flags, env: context.env, warn });
	const chosen = chooseChannels(channels, names, profile);
	const sending = { ...context, now: context.clock.now, terminal: terminalOf(context) };
	const outcomes = await Promise.all(
		chosen.map((channel) => testChannel(channel, sending, (error) => reportBug(error, warn))),
	);
	for (const [index, outcome] of outcomes.entries()) {
		const { name = '', type = '' } = chosen[index] ?? {};
		context.stdout.write(`${name} (${type}): ${inWords(outcome)}\n`);
	}
	return outcomes.every(isWhole) ? exitCodes.ok : exitCodes.unavailable;
}

function chooseChannels(
	channels: readonly Channel[],
	names: readonly string[],
	profile: string,
): readonly Channel[] {
	const known = channels.map(({ name }) => name);
	if (known.length === 0) {
		throw new UserError(`the profile "${profile}" has no channels`, {
			nextSteps: ['`nodetop config schema` describes profiles.NAME.channels'],
			exitCode: exitCodes.config,
		});
	}
	for (const name of names) {
		if (known.includes(name)) continue;
		throw new UserError(`the profile "${profile}" has no channel "${clean(name, 60)}"`, {
			nextSteps: [...didYouMean(name, known), `its channels: ${known.join(', ')}`],
		});
	}
	return names.length === 0 ? channels : channels.filter(({ name }) => names.includes(name));
}

function terminalOf({ stdout }: CommandContext) {
	return {
		isTTY: stdout.isTTY === true,
		write: (text: string) => {
			stdout.write(text);
		},
	};
}

function reportBug(error: unknown, warn: (message: string) => void): void {
	warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** Whether every recipient has it. */
function isWhole(outcome: Outcome): boolean {
	return outcome.kind === 'sent' && (outcome.missed ?? []).length === 0;
}

function inWords(outcome: Outcome): string {
	if (outcome.kind === 'sent' && !isWhole(outcome)) {
		return `delivered in part; ${missedText(outcome.missed ?? [])}`;
	}
	if (outcome.kind === 'sent') {
		return outcome.note === undefined ? 'delivered' : `delivered; ${outcome.note}`;
	}
	const word =
		outcome.kind === 'failed' ? 'not delivered, a real alert would be tried again' : 'refused';
	return `${word}: ${outcome.reason}`;
}
