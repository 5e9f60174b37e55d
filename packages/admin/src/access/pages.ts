import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const STYLE =
  'body{font:16px sans-serif;max-width:26em;margin:4em auto}label{display:block;margin:1em 0}input{display:block;width:100%;font:inherit}';

// The secret stands behind "#": a browser sends it to nobody, and it leaves the address bar at once.
const SCRIPT = `const token=location.hash.slice(1);history.replaceState(null,'',location.pathname);
const form=document.querySelector('form'),said=document.querySelector('output');
form.addEventListener('submit',async event=>{event.preventDefault();
const {name,password,again}=Object.fromEntries(new FormData(form));
if(password!==again){said.textContent='The two passwords differ.';return}
const answer=await fetch('/v1/setup',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({token,name,password})});
if(answer.ok){form.remove();said.textContent='Done: '+name+' is an administrator.'}
else said.textContent=(await answer.json()).detail})`;

const SET_UP = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Parley: first administrator</title><style>${STYLE}</style>
<h1>First administrator</h1><form><label>Name<input name="name" autocomplete="username" required></label>
<label>Password, 15 characters or more<input name="password" type="password" autocomplete="new-password" required></label>
<label>The same again<input name="again" type="password" autocomplete="new-password" required></label>
<button>Make</button></form><output></output><script>${SCRIPT}</script></html>`;

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing runs and nothing is loaded but what stands in the page. */
const POLICY = `default-src 'none'; script-src ${hash(SCRIPT)}; style-src ${hash(STYLE)}; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;

/** The page of the set-up link. */
export const setUpPage = (reply: FastifyReply): string => {
  void reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY);
  return SET_UP;
};

/**
 * Goes on to a path of ours. A redirect would still belong to the site that the browser comes from, and a strict cookie would stay at
 * home; a page that is loaded and then left does not.
 */
export const onwardPage = (reply: FastifyReply, path: string): string => {
  void reply.type('text/html; charset=utf-8');
  const safe = path.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${safe}"><title>Signed in</title><a href="${safe}">Go on</a></html>`;
};
