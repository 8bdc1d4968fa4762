/** What tells of typing. Source: UI Events, Input Events, Clipboard API; all of them cross a shadow root. */
const TYPING = ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'cut', 'copy'];

/** With Ctrl or Command these still edit the text; what else they make is the page's or the browser's shortcut. */
const EDITS = /^([acvxyz]|Arrow.+|Home|End|Backspace|Delete|Enter)$/i;

/**
 * Keeps what is typed in a widget there. To the page a field in a shadow root is no field: its shortcuts, which leave
 * fields out, would take every letter, and its forms would count the input as theirs. Likewise Enter and Space on our
 * buttons, and keys that the widget has used. What the page hears in the capture phase comes first and cannot be kept.
 */
export function keepKeys(root: ShadowRoot): void {
  let down = '';
  const keep = (event: Event): void => {
    const {type, key} = event as KeyboardEvent;
    // What a key has done may have taken the focus elsewhere before it comes up.
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
  // Tab and the function keys move and command, in a field as elsewhere. AltGr, which types, reports Ctrl as well.
  if (key === 'Tab' || /^F\d/.test(key)) return false;
  return !(ctrlKey || metaKey) || (event as KeyboardEvent).getModifierState('AltGraph') || EDITS.test(key);
}
