import { defaultFormat, exportFormats, formatNames } from '../export/registry.ts';
import type { FormatName } from '../export/registry.ts';

/** Flags of every command that polls nodes, for `parseFlags`. */
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
  --profile NAME       use this profile
  -c, --config FILE    use this configuration file
  -i, --interval D     time between polls of a node: 500ms, 2s, 1m
  --timeout D          longest time to wait for an answer of a node
  --health-interval D  time between health checks of a node (default 30s)
  --fps N              at most N repaints a second for new data (default 1); a key repaints at once
  --theme NAME         auto, dark, light, contrast, colorblind, mono, or a theme file (.json)
  --color WHEN         auto, always or never; NO_COLOR turns colours off
  --ascii              draw with ASCII characters only
  --insecure           accept any TLS certificate (the screen warns in red)
  --read-only          send only polls, no network tests or probes
  --no-history         record no history

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
