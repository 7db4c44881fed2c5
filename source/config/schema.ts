import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { ChannelKinds } from '../domain/channel.ts';
import { mappingName } from '../domain/metric-mapping.ts';
import { metricMappingSchema } from '../sections/mapped-fields.ts';
import {
	maintenanceEntrySchema,
	ruleEntrySchema,
	ruleName,
	silenceEntrySchema,
} from '../domain/rule.ts';
import { addressProblem } from './address.ts';
import { channelsSchema } from './channels-schema.ts';
import { proxyAddress } from './connections.ts';
import { maxDurationMs, minDurationMs, minHealthIntervalMs } from './duration.ts';
import { dashboardsSchema } from './dashboards-schema.ts';
import { heartbeatSchema } from './heartbeat.ts';
import { historySchema } from './history.ts';
import { nameProblem } from './names.ts';
import { peersSchema, quorumSchema } from './peers-schema.ts';
import { probesSchema } from './probes.ts';
import { hasReference } from './references.ts';
import { isTheme, themeChoices, whatThemesAre } from './theme-file.ts';
import { serveSchema } from './serve-schema.ts';
import { colorModes } from './settings.ts';
import { headerName, secret, template, withCheck } from './text-schemas.ts';
import { witnessesSchema } from './witnesses.ts';

/**
 * The configuration file. Everything is optional. Keys end in their unit; durations are whole
 * milliseconds. No part of the schema transforms, so that what passed it can be written back as it
 * was read.
 */
export const schemaVersion = 1;

/** No terminal over SSH shows more repaints per second. */
export const maxFramesPerSecond = 60;

const duration = z
	.int()
	.min(minDurationMs)
	.max(maxDurationMs)
	.describe(`Whole milliseconds, ${minDurationMs} to ${maxDurationMs}`);

const appearance = {
	intervalMs: duration.optional().describe('Time between two polls of a node, in milliseconds'),
	timeoutMs: duration
		.optional()
		.describe('Longest time to wait for an answer of a node, in milliseconds'),
	healthIntervalMs: z
		.int()
		.min(minHealthIntervalMs)
		.max(maxDurationMs)
		.optional()
		.describe('Time between two health checks of a node, in milliseconds'),
	framesPerSecond: z
		.int()
		.min(1)
		.max(maxFramesPerSecond)
		.optional()
		.describe('Highest number of repaints a second for new data'),
	theme: z
		.string()
		.refine(isTheme, { error: whatThemesAre })
		.optional()
		.describe(`Colours: ${themeChoices.join(', ')}, or the path of a theme file`),
	color: z.enum(colorModes).optional().describe('Whether colours are used: auto, always or never'),
	ascii: z.boolean().optional().describe('Draw with ASCII characters only'),
	readOnly: z.boolean().optional().describe('Send only polls, no network tests or probes'),
};

const name = withCheck(z.string(), nameProblem);

const profileName = z
	.string()
	.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'must be letters, digits, ".", "_" and "-"' });

const address = withCheck(template, (text) =>
	hasReference(text) ? undefined : addressProblem(text),
);

const logPlace = withCheck(z.string(), (text) => {
	if (/^tcp:\/\//i.test(text)) return addressProblem(text);
	return isAbsolute(text) ? undefined : 'must be an absolute path, or tcp://HOST:PORT';
});
const price = z.number().min(0).max(10_000).optional();

const pemFile = z.string().min(1).optional();

const nodeEntrySchema = z
	.strictObject({
		name: name.describe('Unique in the profile'),
		kind: z
			.string()
			.regex(/^[a-z]+$/, { error: 'must be a word in lower case' })
			.optional()
			.describe('Kind of node: evm, qudag, host; detected if absent'),
		url: address.describe('Address of the node; ${NAME} is replaced by that environment variable'),
		fallbackUrls: z
			.array(address)
			.max(8)
			.optional()
			.describe('Other addresses of the same node, polled while the first does not answer'),
		metricsUrl: address.optional().describe('Address of its Prometheus metrics, if different'),
		log: logPlace
			.optional()
			.describe('Log of a storage node: an absolute path, or tcp://HOST:PORT of a forwarder'),
		prices: z
			.strictObject({
				storage: price.describe('For a TB (10^12 bytes) stored for a month'),
				egress: price.describe('For a TB downloaded by customers'),
				repair: price.describe('For a TB downloaded for repair'),
				audit: price.describe('For a TB downloaded for audits'),
			})
			.partial()
			.optional()
			.describe('What a storage node is paid, in US dollars, in place of what it reports'),
		apiUrl: address
			.optional()
			.describe('Address of the REST API of its chain (Cosmos SDK), if different'),
		group: name.optional().describe('Your own name for nodes that belong together'),
		tags: z.array(name).optional().describe('Words that the filter finds the node by'),
		token: secret.optional().describe('Bearer token; ${NAME} keeps it out of the file'),
		tokenFile: z.string().min(1).optional().describe('File that contains the token'),
		headers: z
			.record(headerName, secret)
			.optional()
			.describe('HTTP headers that are sent with every request'),
		insecure: z.boolean().optional().describe('Accept any TLS certificate'),
		certFile: pemFile.describe('Client certificate, for servers that ask who we are (PEM)'),
		keyFile: pemFile.describe('Its private key, without a passphrase (PEM)'),
		caFile: pemFile.describe('Authority that issued the server’s certificate (PEM)'),
		proxy: proxyAddress
			.optional()
			.describe('Proxy through which the node is reached: http://, https:// or socks5://HOST:PORT'),
		capacityBytesPerSecond: z
			.int()
			.positive()
			.optional()
			.describe('Capacity of its connection in each direction; usage is shown as a share of it'),
		minPeers: z
			.int()
			.min(0)
			.optional()
			.describe('The node has too few peers below this number; default 3'),
		emptyBlocks: z
			.boolean()
			.optional()
			.describe(
				'Whether its chain makes blocks without transactions: with false, standing still is rest while none waits',
			),
		dataDirectory: z
			.string()
			.refine((directory) => isAbsolute(directory), { error: 'must be an absolute path' })
			.optional()
			.describe('Its data directory on this machine, for the checks of the disk'),
		validators: z
			.array(z.string().min(1).max(200))
			.max(1000)
			.optional()
			.describe('Your validators behind this node, in addition to `mine` of the profile'),
		testWrites: z
			.boolean()
			.optional()
			.describe('Write, sync and remove 4 KiB in dataDirectory at each health check'),
		intervalMs: duration
			.optional()
			.describe('Time between two polls of this node, in milliseconds'),
		timeoutMs: duration
			.optional()
			.describe('Longest time to wait for an answer of this node, in milliseconds'),
	})
	.refine((node) => node.token === undefined || node.tokenFile === undefined, {
		error: 'token and tokenFile exclude each other',
	})
	.refine((node) => (node.certFile === undefined) === (node.keyFile === undefined), {
		error: 'certFile and keyFile need each other',
	})
	.refine(({ log, kind }) => log === undefined || (kind ?? 'storj') === 'storj', {
		error: 'log is read only of nodes of kind storj',
	})
	.refine((node) => node.testWrites !== true || node.dataDirectory !== undefined, {
		error: 'testWrites needs dataDirectory',
	});

const nodes = z.array(nodeEntrySchema).superRefine((entries, context) => {
	const seen = new Map<string, number>();
	for (const [index, entry] of entries.entries()) {
		const earlier = seen.get(entry.name);
		if (earlier === undefined) seen.set(entry.name, index);
		else {
			context.addIssue({
				code: 'custom',
				path: [index, 'name'],
				message: `"${entry.name}" is the name of nodes[${earlier}] already`,
			});
		}
	}
});

const mappings = z
	.record(mappingName, metricMappingSchema)
	.optional()
	.describe('Which Prometheus metrics fill the snapshot, in addition to the built-in mappings');

const profileKeys = {
	nodes: nodes.optional().describe('The nodes that are watched'),
	heartbeat: heartbeatSchema.optional(),
	rules: z
		.record(ruleName, ruleEntrySchema)
		.optional()
		.describe('Alert rules by name: new rules, or changes to the built-in rule of that name'),
	silences: z
		.array(silenceEntrySchema)
		.optional()
		.describe('Alerts about which no messages are sent until a time'),
	maintenance: z
		.record(z.string().min(1).max(100), maintenanceEntrySchema)
		.optional()
		.describe('Planned work, by name: once or every week'),
	mappings,
	mine: z
		.array(z.string().min(1).max(200))
		.max(1000)
		.optional()
		.describe('Validators that are your own, by id, address or index: alerts concern these'),
	witnesses: witnessesSchema
		.optional()
		.describe(
			'Hosts that nodetop connects to when several nodes fail, to find out whether its own connection works',
		),
	dashboards: dashboardsSchema
		.optional()
		.describe('Dashboards of your own for `nodetop export grafana`, by name'),
	history: historySchema.optional().describe('What is recorded, and for how long it is kept'),
	serve: serveSchema.optional().describe('How nodetop serve is reached, and by whom'),
	peers: peersSchema
		.optional()
		.describe(
			'The other watch of this profile, on another machine: one sends alerts, the other stands by',
		),
	quorum: quorumSchema.optional(),
	probes: probesSchema
		.optional()
		.describe('Light measurements of the path to each node, separate from polls'),
	...appearance,
};

function configSchema(kinds: ChannelKinds) {
	const channels = channelsSchema(kinds)
		.optional()
		.describe('Channels to which alerts are sent, by name');
	return z.strictObject({
		$schema: z.string().optional().describe('Address of the JSON Schema, for editors'),
		schemaVersion: z.literal(schemaVersion).optional(),
		profile: profileName.optional().describe('The profile in use'),
		...appearance,
		mappings,
		profiles: z.record(profileName, z.strictObject({ ...profileKeys, channels })).optional(),
	});
}

export type ConfigFile = z.infer<ReturnType<typeof configSchema>>;
export type Profile = NonNullable<ConfigFile['profiles']>[string];
export type NodeEntry = z.infer<typeof nodeEntrySchema>;

/** What a file may hold: its schema, which depends on the kinds of channel that there are. */
export interface ConfigFormat {
	readonly schema: ReturnType<typeof configSchema>;
	readonly channelKinds: ChannelKinds;
}

export function configFormat(channelKinds: ChannelKinds): ConfigFormat {
	return { schema: configSchema(channelKinds), channelKinds };
}

/** The JSON Schema of the file, for editors and for `nodetop config schema`. */
export function configJsonSchema({ schema }: ConfigFormat): Record<string, unknown> {
	return { ...z.toJSONSchema(schema), title: 'nodetop configuration' };
}
