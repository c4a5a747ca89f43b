import '#/styles/index.css';
import { createRoot } from 'react-dom/client';
import { RouterProvider, createBrowserRouter } from 'react-router';
import { Providers } from '#/app/Providers.tsx';
import { Shell } from '#/app/Shell.tsx';
import { startI18n } from '#/shared/i18n/i18n.ts';
import { storedLang } from '#/shared/i18n/lang.ts';
import { Gallery } from './Gallery.tsx';
import { PlacePage } from './PlacePage.tsx';
import { Rings } from './Rings.tsx';
import { Task } from './Task.tsx';

/* Every part of the kit on three pages. For eyes and screenshots only: `npm run dev`, then /gallery.html; no build
   contains it. */
await startI18n(storedLang());
const page = new URLSearchParams(location.search).get('page');
const element =
  page === 'place' ? <PlacePage /> : page === 'rings' ? <Rings /> : page === 'task' ? <Task /> : <Gallery />;
const root = document.getElementById('root');
if (root === null) throw new Error('gallery.html has no #root');
createRoot(root).render(
  <Providers>
    <RouterProvider
      router={createBrowserRouter([
        {
          element: <Shell />,
          children: [{ path: '*', element, handle: { tab: 'home', tabs: page === null } }],
        },
      ])}
    />
  </Providers>,
);
