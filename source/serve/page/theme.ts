import { find, setText } from './dom.ts';

const themes = ['auto', 'dark', 'light'] as const;
const key = 'nodetop-theme';

/** Dark, light, or as the system has it; remembered in this browser. */
export function startTheme(): void {
	const button = find('theme');
	let theme = themes.find((each) => each === localStorage.getItem(key)) ?? 'auto';
	const show = (): void => {
		document.documentElement.dataset['theme'] = theme;
		setText(button, `Theme: ${theme}`);
	};
	button.addEventListener('click', () => {
		theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
		localStorage.setItem(key, theme);
		show();
	});
	show();
}
