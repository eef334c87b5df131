/** A person's name that is edited in place: a heading or a link beside a "Rename" button. */

import * as api from './api.js';
import {h, setAttr, setText} from './dom.js';
import {personName} from './words.js';

const LONGEST = 255;

/**
 * @param heading the element that shows the name
 * @param onRenamed told the person as the server now knows them
 * @param note an element shown beside the button, such as a count
 */
export function nameEditor(heading, onRenamed, note) {
  let person = null;
  const edit = h('button', {class: 'button quiet small', type: 'button', 'data-testid': 'rename', onclick: open}, 'Rename');
  const input = h('input', {'aria-label': 'Name of this person', maxlength: LONGEST, required: true, autocomplete: 'off', 'data-testid': 'rename-input'});
  const save = h('button', {class: 'button primary small', type: 'submit', 'data-testid': 'rename-save'}, 'Save');
  const error = h('p', {class: 'form-error', role: 'alert', 'data-testid': 'rename-error'});
  const form = h('form', {class: 'rename-form', hidden: true, onsubmit: submit, onkeydown: (e) => { if (e.key === 'Escape') close(e); }},
    input, save, h('button', {class: 'button small', type: 'button', 'data-testid': 'rename-cancel', onclick: close}, 'Cancel'), error);
  const shown = h('div', {class: 'name-shown'}, heading, note, edit);
  const node = h('div', {class: 'name-editor'}, shown, form);

  function open() {
    input.value = person?.name ?? '';
    input.placeholder = personName(person);
    setText(error, '');
    shown.hidden = true;
    form.hidden = false;
    input.select();
    input.focus();
  }

  function close(event) {
    event?.stopPropagation();
    form.hidden = true;
    shown.hidden = false;
    edit.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const name = input.value.trim();
    if (!name) return setText(error, 'A name needs at least one letter.');
    save.disabled = true;
    try {
      const renamed = await api.rename(person.id, name);
      update(renamed);
      close();
      onRenamed(renamed);
    } catch (e) {
      setText(error, e.status === 401 ? 'Sign in to name people.' : e.status === 403 ? 'Your account may look, but not change names.' : e.message);
    }
    save.disabled = false;
    return undefined;
  }

  function update(now) {
    person = now;
    setText(heading, personName(now));
    const verb = now.name ? 'Rename' : 'Add name';
    setText(edit, verb);
    setAttr(edit, 'aria-label', `${verb}: ${personName(now)}`);
  }

  return {node, update};
}
