import '#/styles/index.css';
import { createRoot } from 'react-dom/client';
import { RouterProvider, createBrowserRouter } from 'react-router';
import { Providers } from '#/app/Providers.tsx';
import { reloadOnPreloadError } from '#/app/reloadOnce.ts';
import { routes } from '#/app/routes.tsx';
import { startI18n } from '#/shared/i18n/i18n.ts';
import { storedLang } from '#/shared/i18n/lang.ts';

reloadOnPreloadError();
const lang = storedLang();
document.documentElement.lang = lang;
await startI18n(lang);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <Providers>
    <RouterProvider router={createBrowserRouter(routes)} />
  </Providers>,
);
