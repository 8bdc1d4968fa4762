/** Where each contact stood at the last drawing, in px below the first one. */
const tops = new WeakMap<HTMLElement, number>();
const heights = new WeakMap<HTMLElement, number>();

/**
 * Keeps the contacts under a hand where they are: while the widget is touched, one that would get smaller keeps its
 * height, for the sake of those below it.
 * @returns the ids of those that were pushed away all the same: what a hand is about to press there is another button.
 */
export function settle(root: ShadowRoot, isTouched: boolean): string[] {
  const groups = [...root.querySelectorAll<HTMLElement>('.group')];
  const pushed: string[] = [];
  for (const [i, group] of groups.entries()) {
    // By a custom property, because a strict Content Security Policy forbids style attributes.
    const height = isTouched && i < groups.length - 1 ? heights.get(group) : undefined;
    group.style.setProperty('--_least', `${height ?? 0}px`);
  }
  for (const group of groups) {
    const top = group.offsetTop - groups[0]!.offsetTop;
    if (isTouched && tops.has(group) && tops.get(group) !== top) pushed.push(group.dataset['interactionId']!);
    tops.set(group, top);
    heights.set(group, group.offsetHeight);
  }
  return pushed;
}
