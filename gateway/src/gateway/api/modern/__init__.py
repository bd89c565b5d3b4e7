"""The modern resources of `/api/v2`: one envelope, filters, sparse fields, problem details."""
