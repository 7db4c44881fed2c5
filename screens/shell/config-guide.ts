import type { GuideGroup, GuideStep } from '../../components/guide-lines.ts';
import type { ShownConfig } from '../../source/domain/setup.ts';

/** What can be done on this screen and beside it, examples of lines, and every setting that there is. */
export function configGuide({ rows, settings }: ShownConfig): GuideGroup[] {
	const profile = rows.flatMap(({ path }) => /^profiles\.([^.[]+)/.exec(path)?.[1] ?? [])[0];
	const own = `profiles.${profile ?? 'default'}`;
	return [
		{
			title: 'On this screen',
			steps: [
				{ does: 'Enter', text: 'edits; on “+ another value” type PATH = VALUE' },
				{ does: 'Enter', text: 'again shows what changes, once more writes it', isDetail: true },
				{ does: 'Esc', text: 'nothing is written' },
			],
		},
		{
			title: 'Lines to type, as examples',
			steps: [
				{ does: 'theme = light', text: 'sets a value' },
				{ does: 'theme =', text: 'without a value: the default again', isDetail: true },
				{ does: `${own}.intervalMs = 2000`, text: 'polls every 2 s' },
				{
					does: `${own}.rules.peers-few.severity = critical`,
					text: 'makes an alert more severe',
					isDetail: true,
				},
			],
		},
		{
			title: 'In a terminal',
			steps: [
				{ does: 'nodetop add NAME=URL', text: 'adds a node; its kind is detected' },
				{ does: 'nodetop config explain', text: 'every value and its source', isDetail: true },
				{ does: 'nodetop config schema', text: 'for editors', isDetail: true },
			],
		},
		...settingGroups(settings, own),
	];
}

function settingGroups(settings: ShownConfig['settings'], own: string): GuideGroup[] {
	const below = (before: string): GuideStep[] =>
		settings
			.filter(({ path }) => path.startsWith(before) && !path.slice(before.length).includes('.'))
			.map(({ path, what }) => ({ does: path.slice(before.length), text: what, isDetail: true }));
	const program = below('');
	// A profile may hold most of the program's too: they are said once.
	const isOwn = ({ does }: GuideStep) => program.every((each) => each.does !== does);
	return [
		{ title: 'Settings of the program, or of a profile', steps: program },
		{ title: `Of a profile: ${own}.…`, steps: below('profiles.NAME.').filter(isOwn) },
		{ title: `Of a node: ${own}.nodes[0].…`, steps: below('profiles.NAME.nodes[0].') },
	];
}
