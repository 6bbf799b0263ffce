"""Who may sign in, what each may do, and how somebody proves who she is."""
