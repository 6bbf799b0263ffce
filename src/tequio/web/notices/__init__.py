"""Messages to one person about her own account: codes and receipts. Campaigns are another part."""
