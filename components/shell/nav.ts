import {
  Bell,
  Boxes,
  CircleHelp,
  ClipboardList,
  Database,
  FileCog,
  FileText,
  FlaskConical,
  Gauge,
  Globe,
  History,
  LayoutDashboard,
  ListTodo,
  type LucideIcon,
  MemoryStick,
  Server,
  Settings,
  Wrench,
} from 'lucide-react';

export interface Place {
  path: string;
  label: string;
  /** Pressed after `g`. */
  key: string;
  icon: LucideIcon;
}

/** The pages there are; nothing that does not work is listed. */
export const groups: { title: string | null; places: Place[] }[] = [
  {
    title: null,
    places: [
      { path: '/', label: 'Overview', key: 'o', icon: LayoutDashboard },
      { path: '/alerts', label: 'Alerts', key: 'n', icon: Bell },
    ],
  },
  {
    title: 'Observe',
    places: [
      { path: '/database', label: 'Database', key: 'd', icon: Database },
      { path: '/cache', label: 'Cache', key: 'm', icon: MemoryStick },
      { path: '/containers', label: 'Containers', key: 'k', icon: Boxes },
      { path: '/services', label: 'Services', key: 'e', icon: Globe },
    ],
  },
  {
    title: 'Improve',
    places: [
      { path: '/findings', label: 'Findings', key: 'f', icon: ClipboardList },
      { path: '/changes', label: 'Changes', key: 'c', icon: Wrench },
      { path: '/recommendations', label: 'Recommendations', key: 'w', icon: ListTodo },
      { path: '/configuration', label: 'Configuration', key: 'i', icon: FileCog },
      { path: '/trials', label: 'Trials', key: 't', icon: FlaskConical },
      { path: '/load', label: 'Load tests', key: 'l', icon: Gauge },
    ],
  },
  {
    title: 'Tell',
    places: [
      { path: '/reports', label: 'Reports', key: 'r', icon: FileText },
      { path: '/history', label: 'History', key: 'h', icon: History },
    ],
  },
  {
    title: 'Set up',
    places: [
      { path: '/targets', label: 'Targets', key: 'a', icon: Server },
      { path: '/settings', label: 'Settings', key: 's', icon: Settings },
      { path: '/help', label: 'Help', key: 'p', icon: CircleHelp },
    ],
  },
];

export const places: Place[] = groups.flatMap((g) => g.places);

/** Whether `path` is this place or a page below it. */
export const isAt = (place: Place, path: string): boolean =>
  place.path === '/' ? path === '/' : path === place.path || path.startsWith(`${place.path}/`);
