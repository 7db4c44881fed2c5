import { afterEach, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { Tiny } from '../../screens/shell/tiny.tsx';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createJudge } from '../../source/health/judge.ts';
import { targetFor } from '../helpers/targets.ts';
import { renderInTty } from '../helpers/tty.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 1 });
let close = () => undefined as void;
afterEach(() => {
	close();
});

it.each([
	[10, /node-6[^]*\n3 more; q quits; screens need 60×16$/],
	[15, /node-9[^]*\nq quits; screens need 60×16$/],
])('with %d rows says how many nodes have no room', async (rows, text) => {
	const fleet = createFleet(createJudge());
	for (let index = 0; index < 10; index += 1) {
		const target = targetFor(`http://127.0.0.1/${index}`, { name: `node-${index}` });
		fleet.add(target);
		const outcome = { status: 'read', reading: { latencyMs: 4 } } as const;
		fleet.apply({ target, atMs: Date.now(), missedSlots: 0, outcome });
	}
	const moment = createMoments(fleet).getSnapshot();
	const tty = renderInTty(
		<Tiny {...{ look, moment, rows }} listed={moment.nodes} width={40} />,
		40,
		rows,
	);
	close = tty.unmount;
	await expect.poll(() => tty.text().trimEnd(), { timeout: 20_000 }).toMatch(text);
});
