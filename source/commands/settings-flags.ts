import { defaultFormat, exportFormats, formatNames } from '../export/registry.ts';
import type { FormatName } from '../export/registry.ts';

/** Flags that every command which watches nodes takes, for `parseFlags`. */
export const settingsFlags = {
	profile: { type: 'string' },
	config: { type: 'string', shortFlag: 'c' },
	interval: { type: 'string', shortFlag: 'i' },
	timeout: { type: 'string' },
	healthInterval: { type: 'string' },
	fps: { type: 'string' },
	theme: { type: 'string' },
	color: { type: 'string' },
	ascii: { type: 'boolean' },
	insecure: { type: 'boolean' },
	readOnly: { type: 'boolean' },
	history: { type: 'boolean' },
} as const;

export const settingsHelp = `Options
  --profile NAME       the profile whose nodes are watched
  -c, --config FILE    another configuration file
  -i, --interval D     time between polls of a node: 500ms, 2s, 1m
  --timeout D          how long a node may take to answer
  --health-interval D  time between health checks of a node: 30s unless told
  --fps N              repaints a second for new data, at most
  --theme NAME         dark, light, contrast, colorblind or mono
  --color WHEN         auto, always or never; NO_COLOR is honoured
  --ascii              draw with ASCII characters only
  --insecure           accept any TLS certificate (shown in red)
  --read-only          refuse network tests: only polls are sent
  --no-history         record nothing

`;

interface Switch {
	readonly type: 'boolean';
}

/** Flags of the one-shot snapshot, for `parseFlags`. */
export const formatFlags = {
	once: { type: 'boolean' },
	// One for each name of a format.
	...(Object.fromEntries(formatNames.map((name) => [name, { type: 'boolean' }])) as Record<
		FormatName,
		Switch
	>),
	check: { type: 'boolean' },
} as const;

export const formatUsage = formatNames.map((name) => `--${name}`).join(' | ');

/** A line for each format. */
export const formatsHelp = [
	`  (none)      ${defaultFormat.help}`,
	...formatNames.map((name) => `  ${`--${name}`.padEnd(10)}  ${exportFormats[name].help}`),
].join('\n');
