import { writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { loadSettings } from '../../app/configuration.ts';
import type { PathProbe } from '../../diagnosis/case.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { redact } from '../../diagnosis/redact.ts';
import type { Privacy, Redacted } from '../../diagnosis/redact.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { Command, CommandContext } from '../command.ts';
import { examine, watchTime } from '../diagnose/diagnose.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags, settingsHelp } from '../settings-flags.ts';

const help = `Usage
  nodetop bundle [FILE] [--for TIME] [--preview] [--yes]

Writes one redacted file for support: a snapshot, its diagnosis, the measured paths and the versions
in use. It replaces peers, addresses, hosts, wallets, mail addresses, file paths and your own names by
pseudonyms, each always by the same one. It shows a summary and asks before it writes. If something
private may be left, it writes nothing and names the place.

  FILE        default nodetop-bundle.json; an existing file is never overwritten
  --for TIME  watch the nodes for this time first (default 5s, at most 5m)
  --preview   print the file, write nothing
  --yes       do not ask

${settingsHelp}`;

const defaultFile = 'nodetop-bundle.json';

export const bundle: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			for: { type: 'string' },
			preview: { type: 'boolean' },
			yes: { type: 'boolean' },
		});
		if (input.length > 1) {
			throw new UserError('one file at a time', {
				nextSteps: ['nodes are those of the profile: choose it with --profile'],
			});
		}
		const settings = await loadSettings({ flags, nodeSpecs: [], env: context.env });
		const examined = await examine(settings, watchTime(flags.for), context);
		if (context.signal.aborted) return exitCodes.interrupted;
		const redacted = redact(
			toBundle(examined, context),
			privacyOf(examined.targets, examined.snapshot),
		);
		refuseDoubts(redacted);
		const text = `${JSON.stringify(redacted.value, undefined, 2)}\n`;
		if (flags.preview === true) {
			context.stdout.write(text);
			return exitCodes.ok;
		}
		const file = input[0] ?? defaultFile;
		context.stderr.write(summaryOf(redacted, examined.snapshot, text.length));
		if (flags.yes !== true && !(await isAgreed(file, context))) {
			context.stderr.write('nothing was written\n');
			return exitCodes.ok;
		}
		await writeNew(file, text);
		context.stdout.write(`${file}\n`);
		return exitCodes.ok;
	},
};

interface Examined {
	readonly targets: readonly Target[];
	readonly snapshot: SnapshotDocument;
	readonly paths: readonly PathProbe[];
	readonly diagnoses: readonly Diagnosis[];
}

function toBundle({ snapshot, paths, diagnoses }: Examined, { version }: CommandContext) {
	return {
		schema: 'nodetop-bundle/1',
		nodetop: { version, node: process.version, platform: `${process.platform} ${process.arch}` },
		snapshot,
		diagnoses,
		paths,
	};
}

/** Everything that names a person, a machine or a peer, wherever it occurs in the bundle. */
function privacyOf(targets: readonly Target[], { nodes, groups }: SnapshotDocument): Privacy {
	const hostOf = (url: string) => (URL.canParse(url) ? [new URL(url).hostname] : []);
	const told = (values: readonly (string | undefined)[]) =>
		values.filter((value) => value !== undefined);
	return {
		peers: told(
			nodes.flatMap(({ identity, consensus, network, dag }) => [
				identity?.nodeId,
				consensus?.leader,
				...(network?.peerList ?? []).map(({ id }) => id),
				...(dag?.recent ?? []).map(({ author }) => author),
			]),
		),
		names: [
			...targets.map(({ name }) => name),
			...told(targets.map(({ group }) => group)),
			...targets.flatMap(({ tags }) => tags ?? []),
			...nodes.map(({ target }) => target.name),
			...groups.flatMap((group) => group.nodes),
		],
		hosts: targets.flatMap(({ url, metricsUrl = '', apiUrl = '' }) =>
			[url, metricsUrl, apiUrl].flatMap(hostOf),
		),
		users: [userInfo().username, hostname()],
	};
}

function refuseDoubts({ doubts }: Redacted): void {
	if (doubts.length === 0) return;
	const shown = doubts.slice(0, 5).map(({ path, why }) => `${path}: ${why}`);
	const more = doubts.length > shown.length ? [`… and ${doubts.length - shown.length} more`] : [];
	throw new UserError('something private may be left, so nothing is written', {
		exitCode: exitCodes.cannotWrite,
		nextSteps: [
			...shown,
			...more,
			'leave that node out of the profile, or write the report by hand',
		],
	});
}

function summaryOf(
	{ replaced }: Redacted,
	{ nodes }: SnapshotDocument,
	characters: number,
): string {
	const hidden = Object.entries(replaced).map(([role, count]) => `${count} × ${role}`);
	return [
		`${nodes.length} nodes, ${characters} characters; see all of it with --preview`,
		`replaced by pseudonyms: ${hidden.length === 0 ? 'nothing' : hidden.join(', ')}`,
		'',
	].join('\n');
}

async function isAgreed(file: string, { stdin, stderr }: CommandContext): Promise<boolean> {
	if (stdin.isTTY !== true) {
		throw new UserError(
			'writing a bundle needs your confirmation, but standard input is not a terminal',
			{
				nextSteps: ['check it with --preview, then write it with --yes'],
			},
		);
	}
	const asking = createInterface({ input: stdin, output: stderr });
	try {
		return /^y(?:es)?$/i.test((await asking.question(`write ${file}? [y/N] `)).trim());
	} finally {
		asking.close();
	}
}

async function writeNew(file: string, text: string): Promise<void> {
	try {
		await writeFile(file, text, { mode: 0o600, flag: 'wx' });
	} catch (error) {
		throw new UserError(`cannot write ${file}: ${error instanceof Error ? error.message : ''}`, {
			exitCode: exitCodes.cannotWrite,
			nextSteps: ['give another file name'],
			cause: error,
		});
	}
}
