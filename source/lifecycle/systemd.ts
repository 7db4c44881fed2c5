import type { Spec } from './spec.ts';

/** The supervisor saves and ends within this time after its node. */
const marginSeconds = 30;

const hardening = `NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictRealtime=yes

[Install]
WantedBy=multi-user.target
`;

/** A hardened unit that runs the node under `nodetop run`, with the same patience. Pure. */
export function systemdUnit(
	spec: Spec,
	programs: { readonly nodetop: string; readonly node: string },
): string {
	const { name, command, cwd, graceMs, env, envFile, policy, health } = spec;
	const own = [
		'--name',
		name,
		'--grace',
		`${Math.ceil(graceMs / 1000)}s`,
		'--max-restarts',
		String(policy.maxRestarts),
		'--restart-wait',
		`${policy.firstWaitMs}ms`,
		'--restart-unhealthy',
		String(policy.restartUnhealthy),
		'--health-check-interval',
		`${health.intervalMs}ms`,
		'--min-peers',
		String(health.minPeers),
		...(policy.autoRestart ? [] : ['--no-auto-restart']),
		...(health.rpcUrl === undefined ? [] : ['--rpc', health.rpcUrl]),
		...(envFile === undefined ? [] : ['--env-file', envFile]),
		'--cwd',
		cwd,
	];
	const words = [programs.node, programs.nodetop, 'run', ...own, '--', ...command];
	const variables = Object.entries(env).map(
		([key, value]) => `Environment=${quoted(`${key}=${value}`)}`,
	);
	return `[Unit]
Description=${name.replaceAll('%', '%%')} under nodetop
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${words.map(quoted).join(' ')}
WorkingDirectory=${cwd.replaceAll('%', '%%')}
${variables.map((line) => `${line}\n`).join('')}# nodetop restarts the node; systemd restarts nodetop, which takes over a node that runs.
Restart=on-failure
RestartSec=5s
# One SIGTERM to nodetop, which sends one to the node and waits. Nothing is killed.
KillMode=process
KillSignal=SIGTERM
SendSIGKILL=no
TimeoutStopSec=${Math.ceil(graceMs / 1000) + marginSeconds}s
LimitNOFILE=1048576

# Change User and the paths: the node must be able to write its data directory.
User=nodetop
StateDirectory=nodetop
Environment=XDG_STATE_HOME=%S
${hardening}`;
}

/** As systemd.syntax(7) reads words: in quotes, with %, $ and backslashes doubled. */
function quoted(word: string): string {
	const escaped = word
		.replaceAll('\\', '\\\\')
		.replaceAll('"', String.raw`\"`)
		.replaceAll('%', '%%')
		.replaceAll('$', '$$$$');
	return /^[\w@+=:,./-]+$/.test(word) ? word : `"${escaped.replaceAll('\n', String.raw`\n`)}"`;
}
