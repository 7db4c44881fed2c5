import { clean } from '../../../../domain/clean.ts';
import { runProgram } from '../../../../domain/run-program.ts';
import type { ProgramEnd } from '../../../../domain/run-program.ts';
import type { CommandSettings } from './settings.ts';
import { severityOf, statusOf } from '../../message.ts';
import type { Message } from '../../message.ts';
import { fitBlocks } from '../../render/fit.ts';
import { renderPayload } from '../../render/payload.ts';
import { blocksOf, titleOf } from '../../render/plain.ts';
import type { Outcome } from '../../retry.ts';
import type { Send } from '../../sender.ts';

const maxTextUnits = 4000;
/** Usage, no input, no such file, not executable: another attempt changes nothing (sysexits.h, POSIX sh). */
const finalExitCodes = new Set([64, 65, 66, 78, 126, 127]);

/**
 * Runs a program by its argument list, without a shell: the message as JSON on its standard input,
 * the main values in `NODETOP_ALERT_…`. Exit code 0 is success. At the time limit the program and its
 * child processes are ended.
 */
export const sendCommand: Send<CommandSettings> = async (channel, message, { signal, env }) => {
	const input = JSON.stringify(renderPayload(message));
	const ended = await runProgram(channel.argv, { input, signal, env, values: valuesOf(message) });
	return outcomeOf(clean(channel.argv[0] ?? '', 60), ended, signal.aborted);
};

function outcomeOf(program: string, ended: ProgramEnd, isTimeUp: boolean): Outcome {
	if ('errorCode' in ended) {
		const { errorCode } = ended;
		const isFinal = errorCode === 'ENOENT' || errorCode === 'EACCES';
		const reason = `${program} cannot be run: ${errorCode}`;
		return { kind: isFinal ? 'refused' : 'failed', reason };
	}
	const { exitCode, killedBy, output } = ended;
	if (exitCode === 0) return { kind: 'sent' };
	if (isTimeUp) return { kind: 'failed', reason: `${program} took too long`, mayHaveArrived: true };
	const words = clean(output.replaceAll(/\s+/g, ' '), 120);
	const how =
		exitCode === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with ${exitCode}`;
	const reason = `${program} ${how}${words === '' ? '' : `: ${words}`}`;
	const isFinal = exitCode !== null && finalExitCodes.has(exitCode);
	return { kind: isFinal ? 'refused' : 'failed', reason };
}

function valuesOf(message: Message): Record<string, string> {
	return {
		NODETOP_ALERT_ID: message.id,
		NODETOP_ALERT_STATUS: statusOf(message),
		NODETOP_ALERT_SEVERITY: severityOf(message),
		NODETOP_ALERT_TEST: message.isTest ? '1' : '0',
		NODETOP_ALERT_COUNT: String(message.entries.length),
		NODETOP_ALERT_TITLE: titleOf(message),
		NODETOP_ALERT_TEXT: fitBlocks(blocksOf(message), maxTextUnits),
	};
}
