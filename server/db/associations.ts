import { ApiKey } from './models/ApiKey.js';
import { Assignment } from './models/Assignment.js';
import { Attachment } from './models/Attachment.js';
import { Comment } from './models/Comment.js';
import { Conversation } from './models/Conversation.js';
import { ConversationMember } from './models/ConversationMember.js';
import { Department } from './models/Department.js';
import { Developer } from './models/Developer.js';
import { DeveloperSkill } from './models/DeveloperSkill.js';
import { Message } from './models/Message.js';
import { Project } from './models/Project.js';
import { ProjectMember } from './models/ProjectMember.js';
import { RefreshToken } from './models/RefreshToken.js';
import { Skill } from './models/Skill.js';
import { Ticket } from './models/Ticket.js';
import { User } from './models/User.js';

/**
 * The sides that a parent sees. They stand here and not in the models, or parent and child would import each other.
 * Called once for each Sequelize instance, after it was given the models.
 */
export function associate(): void {
  Department.hasMany(User, { as: 'users', foreignKey: 'departmentId' });
  User.hasMany(RefreshToken, { as: 'refreshTokens', foreignKey: 'userId' });
  User.hasMany(ApiKey, { as: 'apiKeys', foreignKey: 'userId' });
  User.hasMany(ProjectMember, { as: 'memberships', foreignKey: 'userId' });
  User.hasMany(Assignment, { as: 'assignments', foreignKey: 'assigneeId' });
  Developer.hasMany(DeveloperSkill, { as: 'skills', foreignKey: 'developerId' });
  Skill.hasMany(DeveloperSkill, { as: 'developers', foreignKey: 'skillId' });
  Project.hasMany(ProjectMember, { as: 'members', foreignKey: 'projectId' });
  Project.hasMany(Ticket, { as: 'tickets', foreignKey: 'projectId' });
  Conversation.hasMany(ConversationMember, { as: 'members', foreignKey: 'conversationId' });
  Conversation.hasMany(Message, { as: 'messages', foreignKey: 'conversationId' });
  Ticket.hasMany(Ticket, { as: 'children', foreignKey: 'parentId' });
  Ticket.hasMany(Assignment, { as: 'assignments', foreignKey: 'ticketId' });
  Ticket.hasMany(Comment, { as: 'comments', foreignKey: 'ticketId' });
  Ticket.hasMany(Attachment, { as: 'attachments', foreignKey: 'ticketId' });
  // Whoever holds the ticket now: ended spans are history, not assignees.
  Ticket.belongsToMany(User, {
    as: 'assignees',
    through: { model: Assignment, unique: false, scope: { status: 'ACTIVE' } },
    foreignKey: 'ticketId',
    otherKey: 'assigneeId',
    constraints: false,
  });
}
