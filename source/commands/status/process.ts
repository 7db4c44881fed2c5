import { supervisionOf } from '../../app/supervision.ts';
import { exitCodes } from '../../domain/errors.ts';
import { statusOf } from '../../lifecycle/client.ts';
import type { Supervision } from '../../lifecycle/client.ts';
import { readJournal } from '../../lifecycle/journal.ts';
import { knownNodes, placeOf } from '../../lifecycle/paths.ts';
import type { ProcessStatus } from '../../lifecycle/protocol.ts';
import type { CommandContext } from '../command.ts';
import { chooseNode, onlyName } from '../supervised/node-names.ts';
import { toProcessJson, toProcessText } from '../supervised/process-text.ts';

/** `status --process`: the named node, or all that were ever started here. */
export async function printProcesses(
	context: CommandContext,
	input: readonly string[],
	isJson: boolean,
): Promise<number> {
	const supervision = supervisionOf(context);
	const known = knownNodes(supervision.root);
	const named = onlyName(input);
	const names =
		named === undefined && known.length > 1 ? known : [chooseNode(supervision.root, named)];
	const found = await Promise.all(names.map((name) => statusOf(supervision, name)));
	if (isJson) {
		const shown = found.map(toProcessJson);
		context.stdout.write(
			`${JSON.stringify(shown.length === 1 ? shown[0] : shown, undefined, 2)}\n`,
		);
		return exitCodes.ok;
	}
	const texts = await Promise.all(found.map((status) => textOf(status, supervision)));
	const shown = texts.map((text, index) =>
		found.length === 1 ? text : `${found[index]?.name ?? ''}\n${indented(text)}`,
	);
	context.stdout.write(shown.join('\n'));
	return exitCodes.ok;
}

const lastLinesShown = 8;

/** With the last lines of a node that needs a person. */
async function textOf(status: ProcessStatus, { root, runtime }: Supervision): Promise<string> {
	const text = toProcessText(status);
	if (status.state !== 'error' && status.state !== 'crashed') return text;
	const [last] = await readJournal(placeOf(root, status.name, runtime).journal, 1);
	const lines = (last?.lastLines ?? []).filter((line) => line.trim() !== '').slice(-lastLinesShown);
	const output = lines.map((line) => `  ${line}\n`).join('');
	return lines.length === 0 ? text : `${text}Last output:\n${output}`;
}

function indented(text: string): string {
	return text.replaceAll(/^(?=.)/gm, '  ');
}
