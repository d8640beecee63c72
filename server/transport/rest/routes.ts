import type { Routes } from './routeLine.js';
import { routesOfPeople } from './routesOfPeople.js';
import { routesOfValidations } from './routesOfValidations.js';
import { routesOfRules } from './routesOfRules.js';
import { routesOfWebhooks } from './routesOfWebhooks.js';
import { routesOfWork } from './routesOfWork.js';

/**
 * Where each procedure stands under `/api`: one line each, by method and path. A query takes what is not in its path as query
 * parameters, a DELETE too; a POST, PUT or PATCH takes it as a JSON body. `{id=taskId}` is the parameter `id`, given to the procedure as
 * `taskId`; `{idOrKey=ticketId}` takes keys such as SUP-123 as well. Fields of a `patch` stand in the body directly. What `makes`
 * something is answered with 201 and that Location. `file`: all pages as one file.
 * `isOpen`: nobody has to have signed in. `example` is what
 * the document shows besides what has to be given.
 */
export const routes = {
  ...routesOfPeople,
  ...routesOfWork,
  ...routesOfRules,
  ...routesOfWebhooks,
  ...routesOfValidations,
} satisfies Routes;
