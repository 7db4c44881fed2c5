import { resolve } from 'node:path';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';
import { createAppendedFile, createReplacedFile } from '../../export/output-file.ts';
import type { OutputFile } from '../../export/output-file.ts';
import { requirePrefix } from '../../export/metrics/families.ts';
import type { exporterOf } from '../../export/exporters.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';
import { eachExport, exportFlags } from './each-export.ts';
import { openPush } from './open-push.ts';
import { parseSize } from './parse-size.ts';

const formatFlags = {
	...exportFlags,
	output: { type: 'string', shortFlag: 'o' },
	rotate: { type: 'string' },
	keep: { type: 'string' },
	push: { type: 'string' },
	tokenFile: { type: 'string' },
	retryFor: { type: 'string' },
	prefix: { type: 'string' },
	peers: { type: 'boolean' },
} as const;

type Exporter = NonNullable<ReturnType<typeof exporterOf>>;

/** `nodetop export FORMAT`. */
export async function exportFormat(exporter: Exporter, context: CommandContext): Promise<number> {
	const { flags, input: nodeSpecs } = await parseFlags(context.argv, formatFlags);
	if (flags.output !== undefined && flags.push !== undefined) {
		throw new UserError('only one of --output and --push', {
			nextSteps: ['run nodetop export twice, or use --push with a command of your own'],
		});
	}
	const write = await exporter.load({
		prefix: flags.prefix === undefined ? undefined : requirePrefix(flags.prefix),
		withPeers: flags.peers === true,
	});
	const file = flags.output === undefined ? undefined : openFile(flags.output, exporter, flags);
	const push = flags.push === undefined ? undefined : await openPush(exporter, flags, context);
	const isLasting = flags.every !== undefined;
	await eachExport(context, {
		flags,
		nodeSpecs,
		// Nothing to wait for: a push goes on beside the exports.
		work: (input) => {
			const text = write(input);
			if (push) push.push(text);
			else if (file) writeFile(file, text, { path: flags.output ?? '', isLasting, context });
			else context.stdout.write(text);
			return Promise.resolve();
		},
	});
	if (push && !(await push.settled())) return exitCodes.unavailable;
	return exitCodes.ok;
}

const defaultRotateBytes = 100_000_000;
const defaultKeep = 5;

function openFile(
	output: string,
	{ file, hasHeading = false }: Exporter,
	flags: { readonly rotate?: string | undefined; readonly keep?: string | undefined },
): OutputFile {
	const path = resolve(output);
	if (file === 'replace') {
		if (flags.rotate === undefined && flags.keep === undefined) return createReplacedFile(path);
		throw new UserError(
			'--rotate and --keep are for formats that append; this one replaces its file',
		);
	}
	const keep = flags.keep === undefined ? defaultKeep : Number(flags.keep);
	if (!Number.isInteger(keep) || keep < 0 || keep > 1000) {
		throw new UserError('--keep must be a number of files, 0 to 1000');
	}
	const maxBytes =
		flags.rotate === undefined ? defaultRotateBytes : parseSize(flags.rotate, '--rotate');
	return createAppendedFile(path, { maxBytes, keep, hasHeading });
}

/** A disk that is full now may have room at the next export. */
function writeFile(
	file: OutputFile,
	text: string,
	given: { readonly path: string; readonly isLasting: boolean; readonly context: CommandContext },
): void {
	const { path, isLasting, context } = given;
	try {
		file.write(text);
	} catch (error) {
		const problem = `${path} cannot be written: ${messageOf(error)}`;
		if (!isLasting) {
			throw new UserError(problem, { exitCode: exitCodes.cannotWrite, cause: error });
		}
		warnOn(context)(problem);
	}
}
