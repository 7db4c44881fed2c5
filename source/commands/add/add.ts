import { resolve } from 'node:path';
import { editConfigFile } from '../../app/configuration.ts';
import type { ProbeMatch } from '../../adapters/adapter.ts';
import { readAddress, showAddress } from '../../config/address.ts';
import { parseDuration } from '../../config/duration.ts';
import { didYouMean } from '../../config/nearest.ts';
import { isBareWord, parseNodeSpec } from '../../config/node-spec.ts';
import { toTarget } from '../../config/nodes.ts';
import { findConfigPath } from '../../config/paths.ts';
import { activeProfile, addNode } from '../../config/profiles.ts';
import { hasReference } from '../../config/references.ts';
import type { NodeEntry } from '../../config/schema.ts';
import { settle } from '../../config/settle.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, PollError, UserError } from '../../domain/errors.ts';
import type { MetricMappings } from '../../domain/metric-mapping.ts';
import type { Target } from '../../domain/target.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import type { ParsedFlags } from '../flags.ts';
import { knownMappings } from '../known-mappings.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop add URL | NAME=URL [options]

Detects the kind of the node, prints it with its certainty, and adds the node to the profile. A URL is
http://, https://, ws://, tcp://, unix:/path, host: or just host:port. A Storj storage node can be written
with its log, from which its transfers are counted:

  NAME:/path/node.log[:http://HOST:PORT]   the file, and its console (default http://localhost:14002)
  NAME:HOST:PORT[:http://HOST:PORT]        a program that forwards the log over TCP, and the console

Options
  --kind KIND         the kind of the node; nodetop sends no request
  --no-probe          send no request; the kind is detected at the first poll
  --group NAME        the group that the node belongs to
  --tag TAG           a tag; can be repeated
  -i, --interval D    time between polls: 500ms, 2s, 1m
  --timeout D         longest time to wait for an answer
  --token-file FILE   the file that contains the token
  --token-env NAME    the environment variable that contains the token
  --metrics-url URL   the address of its Prometheus metrics, if different
  --insecure          accept any TLS certificate
  --profile NAME      add it to this profile, which is created if necessary
  -c, --config FILE   use this configuration file

Every user of this machine can see a secret on the command line. Write \${NAME} in the URL instead, in
single quotes: nodetop then reads the environment variable NAME each time.

Examples
  nodetop add http://127.0.0.1:8545
  nodetop add validator=https://node.example:8588 --token-file ~/.secrets/validator
  nodetop add attic:/var/log/storagenode.log
  nodetop add 'alchemy=https://eth.example/v2/\${API_KEY}'
`;

const flagSpecs = {
	profile: settingsFlags.profile,
	config: settingsFlags.config,
	interval: settingsFlags.interval,
	timeout: settingsFlags.timeout,
	insecure: settingsFlags.insecure,
	kind: { type: 'string' },
	group: { type: 'string' },
	tag: { type: 'string', isMultiple: true },
	tokenFile: { type: 'string' },
	tokenEnv: { type: 'string' },
	metricsUrl: { type: 'string' },
	probe: { type: 'boolean' },
} as const;

type AddFlags = ParsedFlags<typeof flagSpecs>['flags'];

/** What answered, and the address in the scheme that it speaks where that is another. */
type Found = ProbeMatch & { readonly kind: string; readonly url?: string };

/** What `add` needs of the adapters. */
export interface AddParts {
	/** As `identify`: rejects with `PollError` when nothing answers. */
	readonly probe: (
		target: Target,
		context: Pick<CommandContext, 'signal' | 'clock'>,
	) => Promise<Found | undefined>;
	readonly knownKinds: () => Promise<readonly string[]>;
}

/** `nodetop add`. */
export const add: Command = createAdd({
	probe: async (target, context) =>
		(await import('../../app/identify-node.ts')).identifyNode(target, context),
	knownKinds: async () => (await import('../../adapters/registry.ts')).kinds,
});

export function createAdd(parts: AddParts): Command {
	return {
		help,
		async run(context) {
			const { flags, input } = await parseFlags(context.argv, flagSpecs);
			const warn = warnOn(context);
			const written = toEntry(theOneSpec(input), flags);
			if (flags.kind !== undefined) checkKind(flags.kind, await parts.knownKinds());
			if (holdsCredentials(written.url)) {
				warn(
					'the URL holds credentials, which other users can see while a command runs; use ${NAME}',
				);
			}
			const { path } = findConfigPath(flags.config, context);
			// A form with a log names its kind, and the log is enough to watch the node.
			const isNamed = flags.kind !== undefined || written.log !== undefined;
			const isAsked = !isNamed && flags.probe !== false;
			const mappings = isAsked ? await knownMappings(path, flags, context) : undefined;
			const asking = { context, warn, mappings };
			const found = isAsked ? await ask(written, path, parts, asking) : undefined;
			if (context.signal.aborted) return exitCodes.interrupted;
			const entry = found === undefined ? written : withKind(written, found);
			let profileName = '';
			await editConfigFile(
				path,
				(config) => {
					profileName = activeProfile(config, { flags, env: context.env });
					return addNode(config, profileName, entry);
				},
				{ warn, now: context.clock.now },
			);
			const what =
				found === undefined
					? (entry.kind ?? 'its kind is found out when it is watched')
					: describe(found);
			context.stdout.write(`added ${entry.name} to the profile ${profileName}: ${what}\n`);
			return exitCodes.ok;
		},
	};
}

function theOneSpec(input: readonly string[]): string {
	const [spec, ...more] = input;
	if (spec !== undefined && more.length === 0) return spec;
	throw new UserError(
		spec === undefined ? 'add needs a URL' : `add takes one node, but got ${input.length}`,
		{ nextSteps: ['for example: nodetop add validator=http://127.0.0.1:8545'] },
	);
}

function toEntry(spec: string, flags: AddFlags): NodeEntry {
	if (isBareWord(spec)) {
		throw new UserError(`"${clean(spec, 60)}" is no address`, {
			nextSteps: [`write where it answers: nodetop add ${clean(spec, 60)}=http://HOST:PORT`],
		});
	}
	const { tokenFile, tokenEnv, metricsUrl, interval, timeout, kind, group, tag, insecure } = flags;
	if (tokenFile !== undefined && tokenEnv !== undefined) {
		throw new UserError('--token-file and --token-env exclude each other');
	}
	if (tokenEnv !== undefined && !/^[A-Za-z_]\w*$/.test(tokenEnv)) {
		throw new UserError('--token-env: this is no name of an environment variable', {
			nextSteps: ['give the name of the variable, not its value: --token-env NODE_TOKEN'],
		});
	}
	return {
		...parseNodeSpec(spec),
		...(kind !== undefined && { kind }),
		...(metricsUrl !== undefined && { metricsUrl: checkedMetricsUrl(metricsUrl) }),
		...(group !== undefined && { group }),
		...(tag.length > 0 && { tags: [...tag] }),
		...(tokenFile !== undefined && { tokenFile: resolve(tokenFile) }),
		...(tokenEnv !== undefined && { token: `\${${tokenEnv}}` }),
		...(insecure !== undefined && { insecure }),
		...(interval !== undefined && { intervalMs: parseDuration(interval, '--interval') }),
		...(timeout !== undefined && { timeoutMs: parseDuration(timeout, '--timeout') }),
	};
}

function checkedMetricsUrl(text: string): string {
	if (hasReference(text)) return text;
	const address = readAddress(text);
	if ('url' in address) return address.url;
	throw new UserError(`--metrics-url: ${address.problem}`, {
		nextSteps: ['for example --metrics-url http://127.0.0.1:6060/debug/metrics/prometheus'],
	});
}

function checkKind(kind: string, known: readonly string[]): void {
	if (known.includes(kind)) return;
	throw new UserError(`--kind: "${clean(kind, 40)}" is no kind of node`, {
		nextSteps: [...didYouMean(kind, known), `kinds: ${known.join(', ')}`],
	});
}

/** `${NAME}` is no credential. */
function holdsCredentials(url: string): boolean {
	return showAddress(url) !== url && !url.includes('${');
}

interface Asking {
	readonly context: CommandContext;
	readonly warn: (message: string) => void;
	readonly mappings: MetricMappings | undefined;
}

async function ask(
	entry: NodeEntry,
	configPath: string,
	{ probe }: AddParts,
	{ context, warn, mappings }: Asking,
): Promise<Found> {
	const choices = settle({ flags: {}, env: {}, config: {}, configPath });
	const target = await toTarget({ entry, where: `nodes.${entry.name}`, origin: 'flag' }, choices, {
		env: context.env,
		configPath,
		warn,
		mappings,
	});
	const shown = showAddress(entry.url);
	const anyway = 'to add it all the same: --kind KIND, or --no-probe';
	try {
		const found = await probe(target, context);
		if (found) return found;
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		throw new UserError(`${shown}: ${error.message}`, {
			nextSteps: [...(error.nextStep === undefined ? [] : [error.nextStep]), anyway],
			exitCode: exitCodes.unavailable,
			cause: error,
		});
	}
	throw new UserError(`${shown}: something answers, but as no kind of node that is known`, {
		nextSteps: ['check the port and the path', anyway],
		exitCode: exitCodes.unavailable,
	});
}

/** The kind stands behind the name, where the file's other entries have it. */
function withKind({ name, ...rest }: NodeEntry, { kind, url }: Found): NodeEntry {
	// An address that was completed from references is written as it was given.
	const isLiteral = url !== undefined && !hasReference(rest.url);
	return { name, kind, ...rest, ...(isLiteral && { url }) };
}

function describe({ kind, found, confidence }: Found): string {
	const sureness =
		confidence === 'certain' ? 'certain: it names itself' : 'likely: its answer has that shape';
	return `${kind}, ${found} (${sureness})`;
}
