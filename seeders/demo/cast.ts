import type { ProjectRole } from '../../contract/project.js';
import type { UserRole } from '../../contract/user.js';
import type { defaultDepartments } from '../../contract/department.js';

/** The people and projects of the demo; tickets are made for them by the commands, and in bulk. */
export interface CastMember {
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly title: string;
  readonly department: (typeof defaultDepartments)[number] | null;
  /** Everybody else cannot sign in. */
  readonly hasDemoPassword: boolean;
  readonly profile: Profile | null;
}
export interface Profile {
  readonly experienceYears: number;
  /** Story points per period. */
  readonly capacity: number;
  readonly availability: number;
  readonly timezone: string;
  /** Name of a skill → 1 to 5. */
  readonly skills: Readonly<Record<string, number>>;
}

export const demoPassword = 'password';

export const skills: Readonly<Record<string, readonly string[]>> = {
  TypeScript: ['TS'],
  React: ['React.js'],
  'Node.js': ['Node'],
  PostgreSQL: ['Postgres', 'psql'],
  CSS: ['Stylesheets'],
  Accessibility: ['a11y'],
  Linux: ['Debian'],
  Networking: ['VPN', 'DNS'],
  Kubernetes: ['k8s'],
  Security: ['InfoSec'],
  Billing: ['Invoicing'],
  'Customer care': ['Support'],
};

const profile = (
  experienceYears: number,
  capacity: number,
  availability: number,
  timezone: string,
  levels: Profile['skills'],
): Profile => ({ experienceYears, capacity, availability, timezone, skills: levels });

const staff = (
  email: string,
  name: string,
  title: string,
  department: CastMember['department'],
  work: Profile,
  role: UserRole = 'AGENT',
  hasDemoPassword = false,
): CastMember => ({ email, name, role, title, department, hasDemoPassword, profile: work });
const customer = (email: string, name: string, hasDemoPassword = false): CastMember => ({
  email,
  name,
  role: 'CUSTOMER',
  title: 'Customer',
  department: null,
  hasDemoPassword,
  profile: null,
});

export const cast: readonly CastMember[] = [
  staff(
    'admin@company.com',
    'Alex Morgan',
    'Head of Engineering',
    'Engineering',
    profile(18, 20, 0.5, 'Europe/London', { Security: 4, PostgreSQL: 4, Linux: 4 }),
    'ADMIN',
    true,
  ),
  staff(
    'lead@company.com',
    'Lena Fischer',
    'Support Lead',
    'Support',
    profile(11, 30, 0.7, 'Europe/Berlin', { 'Customer care': 5, Billing: 4, Networking: 3 }),
    'AGENT',
    true,
  ),
  staff(
    'agent@company.com',
    'Sam Carter',
    'Support Engineer',
    'Support',
    profile(5, 40, 1, 'Europe/London', { 'Customer care': 4, Linux: 3, Networking: 3 }),
    'AGENT',
    true,
  ),
  staff(
    'agent2@company.com',
    'Priya Nair',
    'Full-Stack Engineer',
    'Engineering',
    profile(7, 40, 1, 'Asia/Kolkata', { TypeScript: 5, 'Node.js': 4, PostgreSQL: 3 }),
    'AGENT',
    true,
  ),
  staff(
    'maria.rossi@company.com',
    'Maria Rossi',
    'Front-End Engineer',
    'Engineering',
    profile(6, 40, 1, 'Europe/Rome', { React: 5, CSS: 5, Accessibility: 4, TypeScript: 4 }),
  ),
  staff(
    'jonas.berg@company.com',
    'Jonas Berg',
    'Back-End Engineer',
    'Engineering',
    profile(9, 40, 0.8, 'Europe/Stockholm', { 'Node.js': 5, PostgreSQL: 5, TypeScript: 4 }),
  ),
  staff(
    'aisha.bello@company.com',
    'Aisha Bello',
    'Site Reliability Engineer',
    'Operations',
    profile(8, 40, 1, 'Africa/Lagos', { Kubernetes: 5, Linux: 5, Networking: 4, Security: 3 }),
  ),
  staff(
    'tomas.novak@company.com',
    'Tomáš Novák',
    'Network Engineer',
    'Operations',
    profile(14, 35, 0.9, 'Europe/Prague', { Networking: 5, Linux: 4, Security: 4 }),
  ),
  staff(
    'chloe.martin@company.com',
    'Chloé Martin',
    'Billing Specialist',
    'Finance',
    profile(4, 40, 1, 'Europe/Paris', { Billing: 5, 'Customer care': 3 }),
  ),
  staff(
    'diego.santos@company.com',
    'Diego Santos',
    'Support Engineer',
    'Support',
    profile(2, 40, 1, 'America/Sao_Paulo', { 'Customer care': 3, Linux: 2, Billing: 2 }),
  ),
  staff(
    'yuki.tanaka@company.com',
    'Yuki Tanaka',
    'QA Engineer',
    'Engineering',
    profile(6, 40, 0.6, 'Asia/Tokyo', { TypeScript: 3, Accessibility: 4, React: 3 }),
  ),
  staff(
    'noah.kim@company.com',
    'Noah Kim',
    'Junior Developer',
    'Engineering',
    profile(1, 30, 1, 'America/Los_Angeles', { TypeScript: 2, React: 2, CSS: 3 }),
  ),
  customer('customer@company.com', 'Casey Brooks', true),
  customer('orders@bakerandsons.example', 'Ruth Baker'),
  customer('it@auroraclinics.example', 'Emil Larsen'),
  customer('ops@deltawater.example', 'Fatima Haddad'),
];

export interface CastProject {
  readonly key: 'SUP' | 'WEB' | 'OPS';
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly members: Readonly<Record<string, ProjectRole>>;
  /** Whom generated tickets are given to: of one project only, so that projects fill side by side. */
  readonly holders: readonly string[];
}

const customers = { 'customer@company.com': 'CUSTOMER', 'orders@bakerandsons.example': 'CUSTOMER' } as const;

export const castProjects: readonly CastProject[] = [
  {
    key: 'SUP',
    name: 'Customer Support',
    description: 'Questions, invoices and trouble of our customers.',
    owner: 'lead@company.com',
    members: {
      'lead@company.com': 'LEAD',
      'agent@company.com': 'MEMBER',
      'agent2@company.com': 'MEMBER',
      'diego.santos@company.com': 'MEMBER',
      'chloe.martin@company.com': 'MEMBER',
      ...customers,
      'it@auroraclinics.example': 'CUSTOMER',
      'ops@deltawater.example': 'CUSTOMER',
    },
    holders: ['agent@company.com', 'diego.santos@company.com', 'chloe.martin@company.com', 'lead@company.com'],
  },
  {
    key: 'WEB',
    name: 'Website and Portal',
    description: 'The public site and the customer portal.',
    owner: 'jonas.berg@company.com',
    members: {
      'jonas.berg@company.com': 'LEAD',
      'agent2@company.com': 'MEMBER',
      'maria.rossi@company.com': 'MEMBER',
      'yuki.tanaka@company.com': 'MEMBER',
      'noah.kim@company.com': 'MEMBER',
      'lead@company.com': 'MEMBER',
      ...customers,
    },
    holders: [
      'agent2@company.com',
      'maria.rossi@company.com',
      'jonas.berg@company.com',
      'yuki.tanaka@company.com',
      'noah.kim@company.com',
    ],
  },
  {
    key: 'OPS',
    name: 'Operations',
    description: 'Servers, networks and whatever wakes us at night.',
    owner: 'aisha.bello@company.com',
    members: {
      'aisha.bello@company.com': 'LEAD',
      'tomas.novak@company.com': 'MEMBER',
      'lead@company.com': 'LEAD',
      'agent@company.com': 'MEMBER',
      'jonas.berg@company.com': 'MEMBER',
      'customer@company.com': 'CUSTOMER',
    },
    holders: ['aisha.bello@company.com', 'tomas.novak@company.com'],
  },
];
