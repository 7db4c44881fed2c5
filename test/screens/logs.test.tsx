import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { LogQuestion, ReadLogs } from '../../source/lifecycle/shown.ts';
import type { Process } from '../../source/sections/process/schema.ts';
import { targetFor } from '../helpers/targets.ts';
import { renderInTty } from '../helpers/tty.ts';

const waiting = { timeout: 40_000 };
let close = () => undefined as void;
afterEach(() => {
	close();
});

const running: Process = { state: 'running', pid: 4321, restarts: 2, supervisor: 'nodetop' };
const manyLines: ReadLogs = ({ count }) =>
	Promise.resolve(
		Array.from({ length: Math.min(count, 200) }, (_, index) => ({
			at: '2026-01-02T03:04:05.678Z',
			stream: index % 2 === 0 ? ('stdout' as const) : ('stderr' as const),
			text: `line ${200 - Math.min(count, 200) + index}`,
			level: undefined,
		})),
	);

async function showLogs(logs: ReadLogs, process: Process | undefined = running) {
	const fleet = createFleet(createJudge());
	const target = targetFor('http://127.0.0.1:8545', { name: 'validator', kind: 'evm' });
	fleet.add(target);
	const outcome = { status: 'read', reading: { latencyMs: 4 } } as const;
	fleet.apply({ target, atMs: Date.now(), missedSlots: 0, outcome });
	if (process) fleet.attach('validator', { process }, Date.now());
	const gate = createFrameGate(createMoments(fleet), { framesPerSecond: 50 });
	const asked: string[] = [];
	const nothing = () => undefined;
	const tty = renderInTty(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: nothing,
				setPaused: gate.setPaused,
				copy: nothing,
				suspend: nothing,
				quit: nothing,
			}}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 1 })}
			profile="default"
			intervalMs={1000}
			actions={{
				...noActions,
				runProcess(node, action) {
					asked.push(`${action} ${node}`);
					return Promise.resolve({ isDone: true, text: `${node}: done` });
				},
			}}
			whyAbsent={nothing}
			hint={undefined}
			logs={logs}
		/>,
		100,
		24,
	);
	close = () => {
		tty.unmount();
		gate.stop();
	};
	await expect.poll(() => tty.text(), waiting).toContain('validator');
	return { tty, asked };
}

describe('Logs', () => {
	it('shows the process and the newest lines; k goes back, G to the newest', async () => {
		const { tty } = await showLogs(manyLines);
		tty.press('8');
		await expect.poll(() => tty.text(), waiting).toContain('03:04:05 ! line 199');
		expect(tty.text()).toContain('validator: process');
		expect(tty.text()).toContain('4321');
		tty.press('k');
		await expect.poll(() => tty.text(), waiting).toContain('1 lines back');
		await expect.poll(() => tty.text(), waiting).not.toContain('line 199');
		tty.press('G');
		await expect.poll(() => tty.text(), waiting).toContain('line 199');
	});

	it('says how to have a log where nodetop runs no node, and why it cannot be read', async () => {
		const { tty } = await showLogs(() => Promise.resolve(undefined), undefined);
		tty.press('8');
		await expect
			.poll(() => tty.text(), waiting)
			.toContain('nodetop does not run validator on this machine');
		expect(tty.text()).toMatch(/─ What changed at validator in the last hour, as nodetop saw it ─/);
		expect(tty.text()).not.toContain('k earlier');
		close();
		const failing = await showLogs(() => Promise.reject(new Error('no permission')));
		failing.tty.press('8');
		await expect.poll(() => failing.tty.text(), waiting).toContain('no permission');
	});

	it('asks for nothing later than the moment that is shown', async () => {
		const questions: LogQuestion[] = [];
		const { tty } = await showLogs((question) => {
			questions.push(question);
			return Promise.resolve([]);
		});
		tty.press('8');
		await expect.poll(() => tty.text(), waiting).toContain('it has written nothing yet');
		expect(questions.every(({ untilMs }) => untilMs <= Date.now() + 1000)).toBe(true);
		expect(questions[0]?.node).toBe('validator');
	});
});

describe('what is done to a process', () => {
	it('needs the whole name of the node', async () => {
		const { tty, asked } = await showLogs(manyLines);
		tty.press(':');
		await expect.poll(() => tty.text(), waiting).toContain('What to do');
		tty.press('stop the process');
		await expect.poll(() => tty.text(), waiting).toContain('Stop the process of validator');
		tty.press('\r');
		await expect.poll(() => tty.text(), waiting).toContain('Type validator and press Enter');
		tty.press('valid');
		tty.press('\r');
		await expect
			.poll(() => tty.text(), waiting)
			.toContain('"valid" is not validator: nothing was done');
		expect(asked).toEqual([]);
		tty.press(':');
		await expect.poll(() => tty.text(), waiting).toContain('What to do');
		tty.press('stop the process');
		await expect.poll(() => tty.text(), waiting).toContain('Stop the process of validator');
		tty.press('\r');
		await expect.poll(() => tty.text(), waiting).toContain('Type validator and press Enter');
		tty.press('validator');
		tty.press('\r');
		await expect.poll(() => tty.text(), waiting).toContain('validator: done');
		expect(asked).toEqual(['stop validator']);
	});

	it('is not offered for a node that nodetop does not run, nor done in a paused view', async () => {
		const { tty } = await showLogs(manyLines, { state: 'running', pid: 1 });
		tty.press(':');
		await expect.poll(() => tty.text(), waiting).toContain('What to do');
		tty.press('stop the process');
		await expect.poll(() => tty.text(), waiting).toContain('nothing is called so');
		close();
		const paused = await showLogs(manyLines);
		paused.tty.press('p');
		await expect.poll(() => paused.tty.text(), waiting).toContain('PAUSED');
		paused.tty.press(':');
		await expect.poll(() => paused.tty.text(), waiting).toContain('What to do');
		paused.tty.press('restart the process');
		await expect
			.poll(() => paused.tty.text(), waiting)
			.toContain('Restart the process of validator');
		paused.tty.press('\r');
		await expect.poll(() => paused.tty.text(), waiting).toContain('Type validator');
		paused.tty.press('validator');
		paused.tty.press('\r');
		await expect.poll(() => paused.tty.text(), waiting).toContain('nothing was done');
		expect(paused.asked).toEqual([]);
	});
});
