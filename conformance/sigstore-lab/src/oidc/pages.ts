/** The login form. `login` is a random identifier, safe in HTML. */
export function loginPage(login: string): string {
  return page(
    'Sign in',
    `<form method="post" action="login">
      <input type="hidden" name="login" value="${login}">
      <label>E-mail address <input type="email" name="email" required autofocus></label>
      <button type="submit">Sign in</button>
    </form>`,
  );
}

/** The page with a code to copy into the client. */
export function codePage(code: string): string {
  return page('Signed in', `<p>Enter this code where you were prompted for it:</p><p><code>${code}</code></p>`);
}

/** The page for a request with an error; `reason` is one of our own sentences. */
export function failurePage(reason: string): string {
  return page('Not signed in', `<p>${reason}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>${title}</title></head>
  <body>
    <h1>${title}</h1>
    ${body}
  </body>
</html>
`;
}
