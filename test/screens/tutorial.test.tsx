import { afterEach, expect, it } from 'vitest';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createLook } from '../../components/look.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { ago, alertOf, fleetWith } from '../helpers/alerts-screen.tsx';
import { renderInTty } from '../helpers/tty.ts';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const names = ['dag-1', 'dag-2', 'dag-3', 'dag-4'];

function group(state: Group['state']): Group {
	return {
		name: 'qudag:demo',
		kind: 'qudag',
		nodes: names,
		state,
		since: ago(5),
		message: state === 'agreed' ? 'all agree' : 'dag-1 and dag-2 do not hear the others',
		members: names.map((node) => ({ node, position: 'level' })),
	};
}

function shown(size: readonly [number, number], hasDemo = true) {
	const fleet = fleetWith(names, [], [group('agreed')]);
	const deeds: string[] = [];
	const gate = createFrameGate(createMoments(fleet), { framesPerSecond: 50 });
	const tty = renderInTty(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: gate.setPaused,
				copy: () => undefined,
				suspend: () => undefined,
				quit: () => undefined,
			}}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 8 })}
			profile="demo"
			intervalMs={1000}
			actions={{ ...noActions, ...(hasDemo && { demo: (deed) => deeds.push(deed) }) }}
			whyAbsent={() => undefined}
			hint={undefined}
		/>,
		...size,
	);
	cleanups.push(() => {
		tty.unmount();
		gate.stop();
	});
	const become = (state: Group['state'], alerts: readonly Alert[] = []) => {
		fleet.compare({ groups: [group(state)], nowMs: Date.now() });
		fleet.setAlerts(alerts);
	};
	const shows = async (pattern: RegExp): Promise<void> => {
		await expect.poll(() => tty.text(), waiting).toMatch(pattern);
	};
	return { tty, deeds, become, shows };
}

async function begin({ tty, shows }: ReturnType<typeof shown>): Promise<void> {
	await shows(/─ Nodes ─/);
	tty.press(':');
	await shows(/─ What to do ─/);
	tty.press('tutorial\r');
}

it.each([
	[80, 24],
	[120, 40],
	[200, 60],
] as const)(
	'leads through six steps, each of which waits for what it names, at %i×%i',
	async (...size) => {
		const all = shown(size);
		const { tty, deeds, become, shows } = all;
		await begin(all);
		await shows(/─ Tutorial, step 1 of 6: All is well ─/);
		tty.press('\r');
		await shows(/step 2 of 6[^]*waiting: the group of the DAG is partitioned/);
		expect(deeds).toEqual(['partition']);
		tty.press('\r');
		await shows(/not yet: the group of the DAG is partitioned/);
		become('partitioned');
		await shows(/● the group of the DAG is partitioned {2}Enter goes to the alerts/);
		tty.press('\r');
		await shows(/step 3 of 6: The alert[^]*waiting: an alert about the network fires/);
		const firing = alertOf({ rule: 'network-partitioned', group: 'qudag:demo' });
		become('partitioned', [{ ...firing, state: 'pending' }]);
		await shows(/network-partitioned[^]*waiting: an alert/);
		become('partitioned', [firing]);
		await shows(/Enter goes to the nodes side by side/);
		tty.press('\r');
		await shows(/─ Side by side ─[^]*step 4 of 6: The cause/);
		tty.press('\r');
		await shows(/step 5 of 6: The recovery[^]*waiting/);
		expect(deeds).toEqual(['partition', 'heal']);
		become('agreed', [firing]);
		await shows(/waiting: it agrees, and its alert has ended/);
		become('agreed', [{ ...firing, state: 'resolved', resolvedAt: ago(0) }]);
		await shows(/Enter goes to the alerts that ended/);
		tty.press('\r');
		await shows(/─ Alerts ─[^]*step 6 of 6/);
		expect(tty.lines()).toHaveLength(size[1]);
		tty.press('\r');
		await expect.poll(() => tty.text(), waiting).not.toMatch(/Tutorial/);
	},
);

it('ends with Esc, and says where it runs when there is no demo', async () => {
	const all = shown([80, 24]);
	await begin(all);
	await all.shows(/step 1 of 6/);
	all.tty.press('\u001B');
	await expect.poll(() => all.tty.text(), waiting).not.toMatch(/Tutorial/);
	expect(all.deeds).toEqual([]);
	const elsewhere = shown([80, 24], false);
	await begin(elsewhere);
	await elsewhere.shows(/the tutorial needs the demo networks: run nodetop demo/);
});

it('begins with how everything is at the moment shown, not with what a demo mostly is', async () => {
	const all = shown([120, 40]);
	all.become('partitioned');
	await begin(all);
	await all.shows(/step 1 of 6: Not all is well[^]*dag-1 and dag-2 do not hear the others/);
	expect(all.tty.text()).not.toMatch(/All is well/);
	all.become('agreed');
	await all.shows(/step 1 of 6: All is well/);
});
