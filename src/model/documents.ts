// Made by scripts/generate.mjs from the schemas of the resource types.

/** A reference to a secret. */
export interface Secret {
  /** The environment variable that holds it. */
  from_env?: string
  /** The file that holds it, relative to this one. */
  from_file?: string
  /** A number of your own, to be raised with each new value: where it is another than at --base, the secret is sent. */
  version?: number
}

/** Attributes by type. */
export interface Presets {
  /** For every declared organization. */
  organization?: {
    /** Where Quay writes to about the organization. */
    email?: string
    /** How long a deleted tag can be brought back; one of the choices that the server offers. */
    tag_expiration?: string | number
    /** Whether invoices are sent by e-mail. */
    invoice_email?: boolean
    /** Where invoices are sent to; none for the organization's own address. */
    invoice_email_address?: string
  }
  /** For every declared namespace. */
  namespace?: Record<string, never>
  /** For every declared robot. */
  robot?: {
    /** What the robot is for; Quay cannot change it afterwards. */
    description?: string
    /** Anything that you want to keep with the robot; Quay cannot change it afterwards. */
    unstructured_metadata?: {
      [k: string]: unknown
    }
  }
  /** For every declared quota. */
  quota?: {
    /** How much the repositories of the organization or user may hold together. At least 1 B, at most 8191 TiB. */
    limit?: string
    /** At which percent of the limit Quay rejects pushes; none: never. */
    reject_at?: number | 'none'
  }
  /** For every declared repository. */
  repository?: {
    /** Who may pull: everybody (public), or who has permission (private). */
    visibility?: 'public' | 'private'
    /** What the repository holds, in Markdown. */
    description?: string
    /** Whether images can be pushed: normal, or read_only. A mirror decides it for its repository. */
    state?: 'normal' | 'read_only'
  }
  /** For every declared mirror. */
  mirror?: {
    /** Whether the mirror is synchronised at all. */
    enabled?: boolean
    /** The upstream repository: host/path, without scheme, tag or digest. */
    external_reference?: string
    /** The robot that writes the mirrored images, by its short name; Quay gives it write permission. */
    robot?: string
    /** How often it is synchronised. At least 1min, at most 2147483647s. */
    sync_interval?: string | number
    /** When the first sync starts. Quay moves it afterwards, so only a later time is sent. spread: a time that depends on the address, so that not all mirrors start at once. */
    sync_start_date?: string
    /** How long one sync may take. At least 5min, at most 2147483647s. */
    timeout?: string | number
    /** The user name at the upstream; none pulls anonymously whatever upstreams says. */
    username?: string | Secret
    /** The password at the upstream, as a reference. Quay never returns it. */
    password?: Secret
    /** Whether the upstream's certificate is checked. */
    verify_tls?: boolean
    /** Whether images without signature are accepted. */
    unsigned_images?: boolean
    /** The proxies between Quay and the upstream. */
    proxy?: {
      /** For http. */
      http_proxy?: string | Secret
      /** For https. */
      https_proxy?: string | Secret
      /** Hosts that are reached without a proxy, joined by commas. */
      no_proxy?: string | Secret
    }
  }
  /** For every declared team. */
  team?: {
    /** What the team may do in the organization: nothing by itself (member), create repositories (creator), or everything (admin). */
    role?: 'member' | 'creator' | 'admin'
    /** What the team is for, in Markdown. */
    description?: string
    /** The group of the directory (LDAP, Keystone or OIDC) that gives the team its users; members lists robots only then. none: the users are those of members again. */
    sync?:
      | {
          /** The group's DN in LDAP, relative to the base DN. */
          group_dn?: string
          /** The group's name in OIDC. */
          group_name?: string
          /** The group's id in Keystone. */
          group_id?: string
        }
      | 'none'
    /** The former name of the team. What that team still has and this one lacks is taken over: its members where none are listed, its repository permissions, and the default permissions for it; a role that this team has already stays as it is. Then the former team is deleted. */
    previously?: string
  }
  /** For every declared notification. */
  notification?: Notification
  /** For every declared proxy_cache. */
  proxy_cache?: {
    /** The registry whose images are pulled through: host, or host/namespace for that namespace only, without scheme. Quay cannot change it afterwards. */
    upstream_registry?: string
    /** The user name at the upstream; none pulls anonymously whatever upstreams says. Quay never returns it. */
    username?: string | Secret
    /** The password at the upstream, as a reference. Quay never returns it. */
    password?: Secret
    /** How long a cached tag is served before the upstream is asked again. Quay cannot change it afterwards. At least 0, at most 2147483647s. */
    expiration?: string | number
    /** Whether the upstream may be reached by http, and its certificate is not checked. Quay cannot change it afterwards. */
    insecure?: boolean
  }
  /** For every declared application. */
  application?: Application
  /** For every declared user. */
  user?: {
    /** Where Quay writes to; no two users have the same. */
    email?: string
    /** Whether the user can sign in, and the tokens of the user work. */
    enabled?: boolean
  }
  /** For every declared organization_mirror. */
  organization_mirror?: {
    /** Whether the organization is synchronised at all. */
    enabled?: boolean
    /** What the upstream is; Quay cannot change it afterwards. */
    external_registry_type?: 'harbor' | 'quay'
    /** The address of the upstream registry, with http or https; without user and password. */
    external_registry_url?: string
    /** The organization or project at the upstream whose repositories are mirrored. */
    external_namespace?: string
    /** Who may pull from the repositories that it makes: everybody (public), or who has permission. */
    visibility?: 'public' | 'private'
    /** The robot that makes the repositories and writes the images, by its short name. */
    robot?: string
    /** How often it is synchronised. At least 1min, at most 2147483647s. */
    sync_interval?: string | number
    /** When the first sync starts. Quay moves it afterwards, so only a later time is sent. spread: a time that depends on the address, so that not all mirrors start at once. */
    sync_start_date?: string
    /** How long the copying of one tag may take. At least 30s, at most 1h. */
    timeout?: string | number
    /** The user name at the upstream; none pulls anonymously. */
    username?: string | Secret
    /** The password at the upstream, as a reference. Quay never returns it. */
    password?: Secret
    /** Whether the upstream's certificate is checked. */
    verify_tls?: boolean
    /** The proxies between Quay and the upstream. */
    proxy?: {
      /** For http. */
      http_proxy?: string | Secret
      /** For https. */
      https_proxy?: string | Secret
      /** Hosts that are reached without a proxy, joined by commas. */
      no_proxy?: string | Secret
    }
  }
}

/** What holds for all files: which Quay, which files, whose credentials, how careful. */
export interface RegistryDocument {
  /** The language of this file. */
  apiVersion: 'quayctl/v1'
  /** What this document is. */
  kind: 'Registry'
  /** The Quay server's address. */
  url?: string
  /** The files that belong to this registry: globs relative to this file, {organization} for a folder or file named by one. */
  include?: readonly (
    | string
    | {
        /** A glob relative to this file. */
        path: string
        /** Files there hold documents of the organization that {organization} stands for, and no others. */
        only_organization?: boolean
        /** Which environment variables files there may refer to; {ORGANIZATION} is its name in upper case, other characters as _. */
        secrets?: readonly string[]
      }
  )[]
  /** Attributes that hold for every declared object of a type that does not write them. */
  defaults?: Presets
  /** In registries/NAME.yaml: attributes that hold for every declared object of a type, whatever it writes. */
  overrides?: Presets
  /** Credentials for mirrors, by upstream host, or host/path; the longest match over whole path segments is used. */
  upstreams?: {
    /** The credentials of one upstream. */
    [k: string]: {
      /** The user name. */
      username: string | Secret
      /** The password, as a reference. */
      password: Secret
    }
  }
  /** Which environment variables the files may refer to, as globs. Default: QC_* and those named in upstreams. */
  secrets?: readonly string[]
  /** The limits of one plan. */
  safety?: {
    /** How many objects one plan may delete or replace. */
    max_deletes?: number
    /** How many permissions, default permissions and members one plan may take away or lower. */
    max_revokes?: number
    /** How many percent of one type one plan may delete or replace in an organization that has 10 of them or more. */
    max_delete_percent?: number
    /** How many users must be left to administer an organization that a plan makes, or takes administrators from. */
    min_org_admins?: number
    /** Addresses and globs that may not be deleted or replaced; ! makes an exception, the last match wins. */
    protect?: readonly string[]
  }
  /** How much it matters that a rule is broken, by rule. */
  rules?: {
    /** A public repository (QC5001). */
    public_repository?: 'error' | 'warning' | 'note' | 'off'
    /** A robot that administers (QC5002). */
    admin_robot?: 'error' | 'warning' | 'note' | 'off'
    /** A mirror that does not verify TLS (QC5003). */
    unverified_mirror?: 'error' | 'warning' | 'note' | 'off'
    /** A mirror of everything (QC5004). */
    mirror_of_everything?: 'error' | 'warning' | 'note' | 'off'
    /** An organization without quota (QC5005). */
    missing_quota?: 'error' | 'warning' | 'note' | 'off'
    /** What looks like a secret in a description (QC5006). */
    secret_in_description?: 'error' | 'warning' | 'note' | 'off'
    /** A team without members (QC5007). */
    empty_team?: 'error' | 'warning' | 'note' | 'off'
  }
  /** An account of a person, which a superuser manages. */
  users?: {
    /** An account of a person, which a superuser manages. */
    [k: string]: User | 'none'
  }
  /** A message to all users of Quay. A changed one is another message. */
  messages?: readonly Message[]
  /** What is deleted. */
  removed?: {
    /** The organizations to delete. */
    organizations?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The users to delete. */
    users?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The messages to delete. */
    messages?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
  }
}

/** An organization: a namespace with its own robots, teams and repositories. */
export interface OrganizationDocument {
  /** The language of this file. */
  apiVersion: 'quayctl/v1'
  /** What this document is. */
  kind: 'Organization'
  /** The organization's name. */
  name: string
  /** The templates whose body this one has, weakest first. */
  use?: readonly (
    | string
    | {
        /** The template's name. */
        template: string
        /** What of it is not wanted: robot.ci, repository.redis, quota; with all below. */
        except?: readonly string[]
      }
  )[]
  /** Where Quay writes to about the organization. */
  email?: string
  /** How long a deleted tag can be brought back; one of the choices that the server offers. */
  tag_expiration?: string | number
  /** Whether invoices are sent by e-mail. */
  invoice_email?: boolean
  /** Where invoices are sent to; none for the organization's own address. */
  invoice_email_address?: string
  /** A robot account: the name and token of a machine. */
  robots?: {
    /** A robot account: the name and token of a machine. */
    [k: string]: Robot | 'none'
  }
  /** The storage quota of an organization or a user. */
  quota?: Quota | 'none'
  /** A repository: a named set of images. */
  repositories?: {
    /** A repository: a named set of images. */
    [k: string]: Repository | 'none'
  }
  /** A team: users and robots of an organization that are given access together. */
  teams?: {
    /** A team: users and robots of an organization that are given access together. */
    [k: string]: Team | 'none'
  }
  /** What teams may do, at least, with every repository whose name matches. */
  grants?: {
    /** What one user, team or robot may do with a repository. */
    [k: string]: Grant | 'none'
  }
  /** A notification: what Quay tells of a repository or an organization, to whom, and how. */
  notifications?: {
    /** A notification: what Quay tells of a repository or an organization, to whom, and how. */
    [k: string]: Notification | 'none'
  }
  /** A policy by which Quay deletes tags: all but the newest, or those above an age. */
  auto_prune?: readonly AutoPrunePolicy[]
  /** A policy by which tags become immutable: nobody overwrites or deletes them. */
  immutability?: readonly ImmutabilityPolicy[]
  /** A default permission: what somebody may do in each new repository of an organization. */
  default_permissions?: readonly DefaultPermission[]
  /** A proxy cache: an organization whose images Quay pulls from another registry when they are asked for. */
  proxy_cache?: ProxyCache | 'none'
  /** An OAuth application: what access tokens of Quay's API belong to. */
  applications?: {
    /** An OAuth application: what access tokens of Quay's API belong to. */
    [k: string]: Application | 'none'
  }
  /** The mirror of a whole upstream organization: Quay makes the repositories, and pulls their tags. */
  organization_mirror?: OrganizationMirror | 'none'
  /** Blocks whose unlisted objects are deleted. */
  prune?: {
    /** all: every robot that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    robots?: 'all' | 'dropped'
    /** all: every team that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    teams?: 'all' | 'dropped'
    /** all: every notification that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    notifications?: 'all' | 'dropped'
    /** all: every default_permission that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    default_permissions?: 'all' | 'dropped'
    /** all: every application that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    applications?: 'all' | 'dropped'
  }
  /** A rest for a while: what differs is planned and shown, and not applied. */
  paused?: {
    /** Why, for the reviewer. */
    reason: string
    /** The last day (UTC) on which nothing is applied. */
    until: string
  }
  /** What is deleted. */
  removed?: {
    /** The organizations to delete. */
    organizations?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The robots to delete. */
    robots?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The repositories to delete. */
    repositories?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The teams to delete. */
    teams?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The permissions to delete. */
    permissions?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The notifications to delete. */
    notifications?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The auto_prune to delete. */
    auto_prune?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The immutability to delete. */
    immutability?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The default_permissions to delete. */
    default_permissions?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The applications to delete. */
    applications?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
  }
  /** What may be referred to and is never read, written, pruned or counted. */
  external?: {
    /** Names of robots. */
    robots?: readonly string[]
    /** Names of repositories. */
    repositories?: readonly string[]
    /** Names of teams. */
    teams?: readonly string[]
    /** Names of notifications. */
    notifications?: readonly string[]
    /** Names of applications. */
    applications?: readonly string[]
  }
}

/** What several documents of kind Organization have in common. */
export interface OrganizationTemplateDocument {
  /** The language of this file. */
  apiVersion: 'quayctl/v1'
  /** What this document is. */
  kind: 'OrganizationTemplate'
  /** The template's name, for use. */
  name: string
  /** Where Quay writes to about the organization. */
  email?: string
  /** How long a deleted tag can be brought back; one of the choices that the server offers. */
  tag_expiration?: string | number
  /** Whether invoices are sent by e-mail. */
  invoice_email?: boolean
  /** Where invoices are sent to; none for the organization's own address. */
  invoice_email_address?: string
  /** A robot account: the name and token of a machine. */
  robots?: {
    /** A robot account: the name and token of a machine. */
    [k: string]: Robot | 'none'
  }
  /** The storage quota of an organization or a user. */
  quota?: Quota | 'none'
  /** A repository: a named set of images. */
  repositories?: {
    /** A repository: a named set of images. */
    [k: string]: Repository | 'none'
  }
  /** A team: users and robots of an organization that are given access together. */
  teams?: {
    /** A team: users and robots of an organization that are given access together. */
    [k: string]: Team | 'none'
  }
  /** What teams may do, at least, with every repository whose name matches. */
  grants?: {
    /** What one user, team or robot may do with a repository. */
    [k: string]: Grant | 'none'
  }
  /** A notification: what Quay tells of a repository or an organization, to whom, and how. */
  notifications?: {
    /** A notification: what Quay tells of a repository or an organization, to whom, and how. */
    [k: string]: Notification | 'none'
  }
  /** A policy by which Quay deletes tags: all but the newest, or those above an age. */
  auto_prune?: readonly AutoPrunePolicy[]
  /** A policy by which tags become immutable: nobody overwrites or deletes them. */
  immutability?: readonly ImmutabilityPolicy[]
  /** A default permission: what somebody may do in each new repository of an organization. */
  default_permissions?: readonly DefaultPermission[]
  /** A proxy cache: an organization whose images Quay pulls from another registry when they are asked for. */
  proxy_cache?: ProxyCache | 'none'
  /** An OAuth application: what access tokens of Quay's API belong to. */
  applications?: {
    /** An OAuth application: what access tokens of Quay's API belong to. */
    [k: string]: Application | 'none'
  }
  /** The mirror of a whole upstream organization: Quay makes the repositories, and pulls their tags. */
  organization_mirror?: OrganizationMirror | 'none'
  /** Blocks whose unlisted objects are deleted. */
  prune?: {
    /** all: every robot that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    robots?: 'all' | 'dropped'
    /** all: every team that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    teams?: 'all' | 'dropped'
    /** all: every notification that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    notifications?: 'all' | 'dropped'
    /** all: every default_permission that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    default_permissions?: 'all' | 'dropped'
    /** all: every application that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    applications?: 'all' | 'dropped'
  }
  /** What may be referred to and is never read, written, pruned or counted. */
  external?: {
    /** Names of robots. */
    robots?: readonly string[]
    /** Names of repositories. */
    repositories?: readonly string[]
    /** Names of teams. */
    teams?: readonly string[]
    /** Names of notifications. */
    notifications?: readonly string[]
    /** Names of applications. */
    applications?: readonly string[]
  }
}

/** Objects of one Organization that others own. */
export interface OrganizationPartDocument {
  /** The language of this file. */
  apiVersion: 'quayctl/v1'
  /** What this document is. */
  kind: 'OrganizationPart'
  /** The organization that they belong to. */
  organization: string
  /** A robot account: the name and token of a machine. */
  robots?: {
    /** A robot account: the name and token of a machine. */
    [k: string]: Robot | 'none'
  }
  /** A repository: a named set of images. */
  repositories?: {
    /** A repository: a named set of images. */
    [k: string]: Repository | 'none'
  }
  /** A team: users and robots of an organization that are given access together. */
  teams?: {
    /** A team: users and robots of an organization that are given access together. */
    [k: string]: Team | 'none'
  }
  /** A default permission: what somebody may do in each new repository of an organization. */
  default_permissions?: readonly DefaultPermission[]
  /** An OAuth application: what access tokens of Quay's API belong to. */
  applications?: {
    /** An OAuth application: what access tokens of Quay's API belong to. */
    [k: string]: Application | 'none'
  }
  /** What is deleted. */
  removed?: {
    /** The organizations to delete. */
    organizations?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The robots to delete. */
    robots?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The repositories to delete. */
    repositories?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The teams to delete. */
    teams?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The permissions to delete. */
    permissions?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The notifications to delete. */
    notifications?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The auto_prune to delete. */
    auto_prune?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The immutability to delete. */
    immutability?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The default_permissions to delete. */
    default_permissions?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The applications to delete. */
    applications?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
  }
  /** What may be referred to and is never read, written, pruned or counted. */
  external?: {
    /** Names of robots. */
    robots?: readonly string[]
    /** Names of repositories. */
    repositories?: readonly string[]
    /** Names of teams. */
    teams?: readonly string[]
    /** Names of notifications. */
    notifications?: readonly string[]
    /** Names of applications. */
    applications?: readonly string[]
  }
}

/** The namespace of the token's own user, with its robots and repositories. */
export interface UserDocument {
  /** The language of this file. */
  apiVersion: 'quayctl/v1'
  /** What this document is. */
  kind: 'User'
  /** The namespace's name. */
  name: string
  /** A robot account: the name and token of a machine. */
  robots?: {
    /** A robot account: the name and token of a machine. */
    [k: string]: Robot | 'none'
  }
  /** A repository: a named set of images. */
  repositories?: {
    /** A repository: a named set of images. */
    [k: string]: Repository | 'none'
  }
  /** A policy by which Quay deletes tags: all but the newest, or those above an age. */
  auto_prune?: readonly AutoPrunePolicy[]
  /** A policy by which tags become immutable: nobody overwrites or deletes them. */
  immutability?: readonly ImmutabilityPolicy[]
  /** Blocks whose unlisted objects are deleted. */
  prune?: {
    /** all: every robot that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    robots?: 'all' | 'dropped'
    /** all: every notification that no file lists is deleted. dropped: of those the ones that the files at --base listed. */
    notifications?: 'all' | 'dropped'
  }
  /** What is deleted. */
  removed?: {
    /** The robots to delete. */
    robots?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The repositories to delete. */
    repositories?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The permissions to delete. */
    permissions?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The notifications to delete. */
    notifications?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The auto_prune to delete. */
    auto_prune?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
    /** The immutability to delete. */
    immutability?: {
      /** Why it goes, and how long this line deletes. */
      [k: string]: {
        /** Why, for the reviewer. */
        reason: string
        /** The last day (UTC) on which this line deletes. */
        until: string
      }
    }
  }
  /** What may be referred to and is never read, written, pruned or counted. */
  external?: {
    /** Names of robots. */
    robots?: readonly string[]
    /** Names of repositories. */
    repositories?: readonly string[]
  }
}

/** A robot account: the name and token of a machine. */
export interface Robot {
  /** What the robot is for; Quay cannot change it afterwards. */
  description?: string
  /** Anything that you want to keep with the robot; Quay cannot change it afterwards. */
  unstructured_metadata?: {
    [k: string]: unknown
  }
  /** Who may act as the robot without its token: whoever shows a token of one of these issuers, with that subject. */
  federation?: readonly {
    /** The address of the identity provider. */
    issuer: string
    /** The subject of its tokens. */
    subject: string
  }[]
  /** What quayctl may do to this object. */
  lifecycle?: {
    /** allow: delete and create it again when an attribute cannot be changed in place. */
    replace: 'allow'
  }
}

/** The storage quota of an organization or a user. */
export interface Quota {
  /** How much the repositories of the organization or user may hold together. At least 1 B, at most 8191 TiB. */
  limit?: string
  /** At which percents of the limit Quay warns; one or several. */
  warn_at?: number | readonly number[]
  /** At which percent of the limit Quay rejects pushes; none: never. */
  reject_at?: number | 'none'
}

/** A repository: a named set of images. */
export interface Repository {
  /** Who may pull: everybody (public), or who has permission (private). */
  visibility?: 'public' | 'private'
  /** What the repository holds, in Markdown. */
  description?: string
  /** Whether images can be pushed: normal, or read_only. A mirror decides it for its repository. */
  state?: 'normal' | 'read_only'
  /** The mirror of an upstream repository: Quay pulls the tags that match. */
  mirror?: Mirror | 'none'
  /** What one user, team or robot may do with a repository. */
  permissions?: {
    /** What the subject may do: read (pull), write (pull and push), or admin (all of it). */
    [k: string]: Permission
  }
  /** A notification: what Quay tells of a repository or an organization, to whom, and how. */
  notifications?: {
    /** A notification: what Quay tells of a repository or an organization, to whom, and how. */
    [k: string]: Notification | 'none'
  }
  /** A policy by which Quay deletes tags: all but the newest, or those above an age. */
  auto_prune?: readonly AutoPrunePolicy[]
  /** A policy by which tags become immutable: nobody overwrites or deletes them. */
  immutability?: readonly ImmutabilityPolicy[]
}

/** The mirror of an upstream repository: Quay pulls the tags that match. */
export interface Mirror {
  /** Whether the mirror is synchronised at all. */
  enabled?: boolean
  /** The upstream repository: host/path, without scheme, tag or digest. */
  external_reference?: string
  /** Which upstream tags are mirrored; every other tag of the repository is deleted by a sync that finds one of them. */
  tags?: readonly string[]
  /** The robot that writes the mirrored images, by its short name; Quay gives it write permission. */
  robot?: string
  /** How often it is synchronised. At least 1min, at most 2147483647s. */
  sync_interval?: string | number
  /** When the first sync starts. Quay moves it afterwards, so only a later time is sent. spread: a time that depends on the address, so that not all mirrors start at once. */
  sync_start_date?: string
  /** How long one sync may take. At least 5min, at most 2147483647s. */
  timeout?: string | number
  /** Which architectures of a multi-architecture image are mirrored; empty: all. */
  architectures?: readonly ('amd64' | 'arm64' | 'ppc64le' | 's390x')[]
  /** The user name at the upstream; none pulls anonymously whatever upstreams says. */
  username?: string | Secret
  /** The password at the upstream, as a reference. Quay never returns it. */
  password?: Secret
  /** Whether the upstream's certificate is checked. */
  verify_tls?: boolean
  /** Whether images without signature are accepted. */
  unsigned_images?: boolean
  /** The proxies between Quay and the upstream. */
  proxy?: {
    /** For http. */
    http_proxy?: string | Secret
    /** For https. */
    https_proxy?: string | Secret
    /** Hosts that are reached without a proxy, joined by commas. */
    no_proxy?: string | Secret
  }
}

/** A team: users and robots of an organization that are given access together. */
export interface Team {
  /** What the team may do in the organization: nothing by itself (member), create repositories (creator), or everything (admin). */
  role?: 'member' | 'creator' | 'admin'
  /** What the team is for, in Markdown. */
  description?: string
  /** Who is on the team, exactly: users and robots. An invited user counts. The user of the token is never removed from a team of role admin. */
  members?: readonly string[]
  /** The group of the directory (LDAP, Keystone or OIDC) that gives the team its users; members lists robots only then. none: the users are those of members again. */
  sync?:
    | {
        /** The group's DN in LDAP, relative to the base DN. */
        group_dn?: string
        /** The group's name in OIDC. */
        group_name?: string
        /** The group's id in Keystone. */
        group_id?: string
      }
    | 'none'
  /** The former name of the team. What that team still has and this one lacks is taken over: its members where none are listed, its repository permissions, and the default permissions for it; a role that this team has already stays as it is. Then the former team is deleted. */
  previously?: string
}

/** What the subject may do: read (pull), write (pull and push), or admin (all of it). */
export type Permission = 'read' | 'write' | 'admin'

/** What one user, team or robot may do with a repository. */
export interface Grant {
  /** What the subject may do: read (pull), write (pull and push), or admin (all of it). */
  [k: string]: Permission
}

/** A notification: what Quay tells of a repository or an organization, to whom, and how. */
export interface Notification {
  /** What is told. quota_warning and quota_error are events of organizations, all others of repositories. */
  event?:
    | 'repo_push'
    | 'vulnerability_found'
    | 'repo_image_expiry'
    | 'repo_mirror_sync_started'
    | 'repo_mirror_sync_success'
    | 'repo_mirror_sync_failed'
    | 'build_queued'
    | 'build_start'
    | 'build_success'
    | 'build_failure'
    | 'build_cancelled'
    | 'quota_warning'
    | 'quota_error'
  /** Which of these events are told. */
  event_config?: {
    /** Of vulnerability_found: the least severe that is told, from 0 (critical), 1 (high), 2 (medium), 3 (low), 4 (negligible) to 5 (unknown). */
    level?: number
    /** Of repo_image_expiry, which needs it: how many days before an image expires. */
    days?: number
    /** Of builds: a regular expression that the beginning of the Git reference matches; builds without a reference are not told then. */
    ref_regex?: string
  }
  /** How it is told: a POST to a webhook, a message in Slack, HipChat or Flowdock, an e-mail, or a notification in Quay itself. */
  method?: 'webhook' | 'slack' | 'email' | 'quay_notification' | 'hipchat' | 'flowdock'
  /** Where to: url and template for webhook; url for slack; email for email; target for quay_notification; room_id and notification_token for hipchat; flow_api_token for flowdock. none for an e-mail of an organization, which goes to its own address. */
  config?:
    | {
        /** The address that is called. Whoever knows it can often write there, so it may be a reference to a secret, and is then not compared. */
        url?: string | Secret
        /** What a webhook is sent: JSON, with expressions like ${event_data.name} in its texts. Without it Quay sends all it knows of the event. */
        template?: string
        /** The address that is written to; it must have been confirmed for the repository. */
        email?: string
        /** Who sees it in Quay: a user, a team of the organization, or everybody in the organization itself. */
        target?: string
        /** The room in HipChat. */
        room_id?: string
        /** The room's token, as a reference. Quay returns it, and it is never compared. */
        notification_token?: Secret
        /** The flow's token, as a reference. Quay returns it, and it is never compared. */
        flow_api_token?: Secret
      }
    | 'none'
}

/** A policy by which Quay deletes tags: all but the newest, or those above an age. */
export interface AutoPrunePolicy {
  /** What makes a tag go: that there are newer ones (number_of_tags), or its age (creation_date). */
  method: 'number_of_tags' | 'creation_date'
  /** How many tags are kept, or the age up to which one is: a number and s, m (minutes), h, d, w or y. Compared as it is written: 1w is another value than 7d. */
  value: number | string
  /** A regular expression for some part of the name of a tag: only tags that match are counted and deleted. */
  tag_pattern?: string
  /** Whether tags that match are meant, as where nothing is written, or those that do not. */
  tag_pattern_matches?: boolean
}

/** A policy by which tags become immutable: nobody overwrites or deletes them. */
export interface ImmutabilityPolicy {
  /** A regular expression for the whole name of a tag: tags that match become immutable. */
  tag_pattern: string
  /** Whether tags that match are meant, or those that do not. */
  tag_pattern_matches?: boolean
}

/** A default permission: what somebody may do in each new repository of an organization. */
export interface DefaultPermission {
  /** Whose new repositories it is for; absent: those of everybody. */
  creator?: string
  /** Who gets the role on each new repository. */
  to: string
  /** What they may do there: read (pull), write (push too), or admin. */
  role: 'read' | 'write' | 'admin'
}

/** A proxy cache: an organization whose images Quay pulls from another registry when they are asked for. */
export interface ProxyCache {
  /** The registry whose images are pulled through: host, or host/namespace for that namespace only, without scheme. Quay cannot change it afterwards. */
  upstream_registry?: string
  /** The user name at the upstream; none pulls anonymously whatever upstreams says. Quay never returns it. */
  username?: string | Secret
  /** The password at the upstream, as a reference. Quay never returns it. */
  password?: Secret
  /** How long a cached tag is served before the upstream is asked again. Quay cannot change it afterwards. At least 0, at most 2147483647s. */
  expiration?: string | number
  /** Whether the upstream may be reached by http, and its certificate is not checked. Quay cannot change it afterwards. */
  insecure?: boolean
  /** What quayctl may do to this object. */
  lifecycle?: {
    /** allow: delete and create it again when an attribute cannot be changed in place. */
    replace: 'allow'
  }
}

/** An OAuth application: what access tokens of Quay's API belong to. */
export interface Application {
  /** What the application is for. */
  description?: string
  /** The home page of the application. */
  application_uri?: string
  /** Where Quay may send people back to after they have signed in. */
  redirect_uri?: string
  /** Whose avatar the application shows; none for the organization's. */
  avatar_email?: string
}

/** An account of a person, which a superuser manages. */
export interface User {
  /** Where Quay writes to; no two users have the same. */
  email?: string
  /** Whether the user can sign in, and the tokens of the user work. */
  enabled?: boolean
  /** The storage quota of an organization or a user. */
  quota?: Quota | 'none'
}

/** A message to all users of Quay. A changed one is another message. */
export interface Message {
  /** How the message looks. */
  severity?: 'info' | 'warning' | 'error'
  /** What the content is written in. */
  media_type?: 'text/plain' | 'text/markdown'
  /** What all users of Quay read at the top of its pages. */
  content: string
}

/** The mirror of a whole upstream organization: Quay makes the repositories, and pulls their tags. */
export interface OrganizationMirror {
  /** Whether the organization is synchronised at all. */
  enabled?: boolean
  /** What the upstream is; Quay cannot change it afterwards. */
  external_registry_type?: 'harbor' | 'quay'
  /** The address of the upstream registry, with http or https; without user and password. */
  external_registry_url?: string
  /** The organization or project at the upstream whose repositories are mirrored. */
  external_namespace?: string
  /** Which of its repositories are mirrored; empty: all. A repository that falls out stays. */
  repository_filters?: readonly string[]
  /** Who may pull from the repositories that it makes: everybody (public), or who has permission. */
  visibility?: 'public' | 'private'
  /** The robot that makes the repositories and writes the images, by its short name. */
  robot?: string
  /** How often it is synchronised. At least 1min, at most 2147483647s. */
  sync_interval?: string | number
  /** When the first sync starts. Quay moves it afterwards, so only a later time is sent. spread: a time that depends on the address, so that not all mirrors start at once. */
  sync_start_date?: string
  /** How long the copying of one tag may take. At least 30s, at most 1h. */
  timeout?: string | number
  /** The user name at the upstream; none pulls anonymously. */
  username?: string | Secret
  /** The password at the upstream, as a reference. Quay never returns it. */
  password?: Secret
  /** Whether the upstream's certificate is checked. */
  verify_tls?: boolean
  /** The proxies between Quay and the upstream. */
  proxy?: {
    /** For http. */
    http_proxy?: string | Secret
    /** For https. */
    https_proxy?: string | Secret
    /** Hosts that are reached without a proxy, joined by commas. */
    no_proxy?: string | Secret
  }
  /** What quayctl may do to this object. */
  lifecycle?: {
    /** allow: delete and create it again when an attribute cannot be changed in place. */
    replace: 'allow'
  }
}

/** A document of quayctl, told apart by its kind. */
export type Document =
  | RegistryDocument
  | OrganizationDocument
  | OrganizationTemplateDocument
  | OrganizationPartDocument
  | UserDocument
