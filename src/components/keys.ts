/** Events of typing. Source: UI Events, Input Events, Clipboard API; all of them cross a shadow root. */
const TYPING = ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'cut', 'copy'];

/** With Ctrl or Command these keys still edit text; any other is a shortcut of the page or the browser. */
const EDITS = /^([acvxyz]|Arrow.+|Home|End|Backspace|Delete|Enter)$/i;

/**
 * Keeps what is typed in a widget from the page. The page does not see that the target is a field in a shadow root, so its
 * shortcuts would take every letter and its forms would count the input as theirs. The same goes for Enter and Space on our
 * buttons, and for keys that the widget has used. Listeners in the capture phase come first and cannot be stopped.
 */
export function keepKeys(root: ShadowRoot): void {
  let down = '';
  const keep = (event: Event): void => {
    const {type, key} = event as KeyboardEvent;
    // The key may have moved the focus elsewhere before it is released.
    if (!event.defaultPrevented && !isOurs(event) && !(type === 'keyup' && key === down)) return;
    event.stopPropagation();
    if (type === 'keydown') down = key;
  };
  for (const type of TYPING) root.addEventListener(type, keep);
}

function isOurs(event: Event): boolean {
  const target = event.target as Element;
  const isField = target.matches('input,textarea,select');
  if (!('key' in event)) return isField;
  const {key, ctrlKey, metaKey} = event as KeyboardEvent;
  if (!isField) return (key === 'Enter' || key === ' ') && target.matches('button');
  // Tab and the function keys are no typing, even in a field. AltGr types, but is reported as Ctrl too.
  if (key === 'Tab' || /^F\d/.test(key)) return false;
  return !(ctrlKey || metaKey) || (event as KeyboardEvent).getModifierState('AltGraph') || EDITS.test(key);
}
