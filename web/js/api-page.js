/** The page of the API: Swagger UI on our own document, as the account that is signed in here. */

import {token, user} from './session.js';

const signedIn = token();
document.getElementById('api-caller').textContent = signedIn
  ? `Requests are sent as ${user() ?? 'the account signed in'}; Authorize sends them as somebody else.`
  : 'Requests are sent as a guest; sign in on the first page, or press Authorize.';

window.SwaggerUIBundle({
  url: new URL('../../openapi.json', import.meta.url).href,
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null, // would ask a server elsewhere
  presets: [window.SwaggerUIBundle.presets.apis],
  requestInterceptor(request) {
    const own = new URL(request.url, location.href).origin === location.origin;
    if (own && token() && !request.headers.Authorization && !request.headers['X-Api-Key']) {
      request.headers.Authorization = `Bearer ${token()}`;
    }
    return request;
  },
});
