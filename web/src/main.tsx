import '#/styles/index.css';
// Of what index.html shows before this script; no component here is made of it.
import '#/app/FirstPaint.module.css';
import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider, createBrowserRouter } from 'react-router';
import { Providers } from '#/app/Providers.tsx';
import { fetchRest } from '#/app/fetchRest.ts';
import { routes } from '#/app/routes.tsx';
import { forgiveTranslators } from '#/app/translated.ts';
import { startI18n } from '#/shared/i18n/i18n.ts';
import { storedLang } from '#/shared/i18n/lang.ts';

forgiveTranslators();
const lang = storedLang();
document.documentElement.lang = lang;
await startI18n(lang);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

// What index.html shows stays until the first screen's code is here: nothing flashes in between.
const router = createBrowserRouter(routes);
await new Promise<void>((ready) => {
  if (router.state.initialized) ready();
  else router.subscribe((state) => state.initialized && ready());
});
// A transition is rendered in slices, between which the browser can answer a finger.
startTransition(() => {
  createRoot(root).render(
    <Providers>
      <RouterProvider router={router} />
    </Providers>,
  );
});
fetchRest(routes);
