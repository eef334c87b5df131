/** The login: a token in sessionStorage (gone with the tab) and the one login form. */

import {h, setText} from './dom.js';

const TOKEN = 'minsight.token';
const USER = 'minsight.user';

/** Fires `change` whenever somebody signs in or out. */
export const sessionEvents = new EventTarget();

export const token = () => sessionStorage.getItem(TOKEN);
export const user = () => sessionStorage.getItem(USER);

export function signOut() {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(USER);
  sessionEvents.dispatchEvent(new Event('change'));
}

/** Forgets a token the server no longer takes, unless a newer one has replaced it meanwhile. */
export function dropToken(stale) {
  if (token() === stale) signOut();
}

let open = null;
let declined = false;

/** True after a reader closed the form: polls then stay quiet until "Sign in" is pressed. */
export const loginDeclined = () => declined;

/**
 * Asks for a login; callers that come while the form is open share it.
 *
 * @param why one sentence shown in the form
 * @returns true once signed in, false when the user cancelled
 */
export function askLogin(why) {
  open ??= showForm(why).finally(() => { open = null; });
  return open;
}

function showForm(why) {
  return new Promise((resolve) => {
    const error = h('p', {class: 'form-error', role: 'alert', 'data-testid': 'login-error'});
    const name = h('input', {name: 'username', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false', 'data-testid': 'login-username'});
    const secret = h('input', {name: 'password', type: 'password', autocomplete: 'current-password', required: true, 'data-testid': 'login-password'});
    const submit = h('button', {class: 'button primary', type: 'submit', 'data-testid': 'login-submit'}, 'Sign in');
    const cancel = h('button', {class: 'button', type: 'button', 'data-testid': 'login-cancel', onclick: () => dialog.close()}, 'Not now');
    const form = h('form', {
      onsubmit: async (event) => {
        event.preventDefault();
        submit.disabled = true;
        setText(error, '');
        const problem = await signIn(name.value, secret.value);
        submit.disabled = false;
        if (!problem) return dialog.close('in');
        setText(error, problem);
        secret.select();
      },
    },
    h('h2', {id: 'login-title'}, 'Sign in'), h('p', {class: 'hint'}, why),
    h('label', {}, 'User name', name), h('label', {}, 'Password', secret), error,
    h('div', {class: 'actions'}, submit, cancel));
    const dialog = h('dialog', {class: 'login', 'aria-labelledby': 'login-title', 'data-testid': 'login-dialog'}, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      declined = dialog.returnValue !== 'in';
      resolve(!declined);
    });
    document.body.append(dialog);
    dialog.showModal();
    name.focus();
  });
}

/** @returns null when signed in, else what went wrong in plain words */
async function signIn(username, password) {
  let answer;
  try {
    answer = await fetch(new URL('../../auth/token', import.meta.url), {
      method: 'POST', body: new URLSearchParams({username, password}), headers: {Accept: 'application/json'},
    });
  } catch {
    return 'The server cannot be reached. Try again in a moment.';
  }
  if (answer.status === 401) return 'User name or password is wrong.';
  if (answer.status === 429) {
    const wait = answer.headers.get('Retry-After');
    return `Too many attempts. Try again ${wait ? `in ${wait} s` : 'later'}.`;
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok || !body?.access_token) return `Sign-in failed (${answer.status}).`;
  sessionStorage.setItem(TOKEN, body.access_token);
  sessionStorage.setItem(USER, username);
  sessionEvents.dispatchEvent(new Event('change'));
  return null;
}
