/** A satellite as its operators call it: its host without the port, else the start of its id. */
export function nameOf(id: string, url: string | undefined): string {
	const host = url?.replace(/:\d+$/, '') ?? '';
	return host === '' ? id.slice(0, 12) : host;
}
